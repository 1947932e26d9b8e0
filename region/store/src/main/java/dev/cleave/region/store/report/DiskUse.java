package dev.cleave.region.store.report;

import dev.cleave.engine.base.AnyThread;

/** How full the store's disk is. */
@AnyThread
@FunctionalInterface
public interface DiskUse {
    Space space();

    /** Bytes of the file system, of it free, and used by this store. */
    record Space(long capacityBytes, long availableBytes, long usedBytes) {}
}
