package dev.cleave.region.replica;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.wire.Address;
import org.jspecify.annotations.Nullable;

/** Where stores can be reached. */
@AnyThread
@FunctionalInterface
public interface StoreDirectory {
    /** The address of a store, null if not known (yet). */
    @Nullable
    Address addressOf(long storeId);
}
