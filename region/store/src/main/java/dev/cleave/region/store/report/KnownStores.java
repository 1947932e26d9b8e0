package dev.cleave.region.store.report;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.wire.Address;
import dev.cleave.region.control.FromPlacement.StoreMap;
import dev.cleave.region.protocol.StoreInfo;
import dev.cleave.region.replica.StoreDirectory;
import dev.cleave.region.store.state.StoreBook;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Where the stores of the cluster are, as the placement driver last told; at start, as it told before. */
@AnyThread
public final class KnownStores implements StoreDirectory {
    private final StoreBook book;
    private volatile Map<Long, Address> addresses;
    private volatile long version;

    public KnownStores(StoreBook book) {
        this.book = book;
        this.addresses = book.load();
    }

    @Override
    public @Nullable Address addressOf(long storeId) {
        return addresses.get(storeId);
    }

    /** The version of the map that the placement driver has told this process, 0 for none. */
    public long version() {
        return version;
    }

    /** Control agent: takes a newer map. */
    void take(StoreMap map) {
        if (map.stores().isEmpty()) {
            return;
        }
        Map<Long, Address> next = new TreeMap<>();
        map.stores().stream()
                .filter(store -> store.state() != StoreInfo.State.REMOVED)
                .forEach(store -> next.put(store.id(), store.address()));
        if (!next.equals(addresses)) {
            addresses = next;
            book.save(next);
        }
        version = map.version();
    }
}
