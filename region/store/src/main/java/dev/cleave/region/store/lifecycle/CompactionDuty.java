package dev.cleave.region.store.lifecycle;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.kv.KvEngine;

/** Has the engine merge what many scans had to merge. */
@OwnedBy("storage agent")
public final class CompactionDuty implements StorageDuty {
    private static final long EVERY_NANOS = 1_000_000_000L;

    private final KvEngine engine;
    private long nextNanos = Long.MIN_VALUE;

    public CompactionDuty(KvEngine engine) {
        this.engine = engine;
    }

    @Override
    public int doWork(long nowNanos) {
        if (nextNanos != Long.MIN_VALUE && nowNanos - nextNanos < 0) {
            return 0;
        }
        nextNanos = nowNanos + EVERY_NANOS;
        return engine.compactForScans() ? 1 : 0;
    }

    @Override
    public long nextDeadlineNanos() {
        return nextNanos;
    }
}
