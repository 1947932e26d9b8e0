package dev.cleave.region.store.lifecycle;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.kv.KvEngine;
import java.util.function.BooleanSupplier;

/** Has the engine merge what many scans had to merge; not while the disk is full, nor soon again. */
@OwnedBy("storage agent")
public final class CompactionDuty implements StorageDuty {
    private static final long EVERY_NANOS = 1_000_000_000L;
    private static final long PAUSE_NANOS = 10_000_000_000L;

    private final KvEngine engine;
    private final BooleanSupplier isDiskFull;
    private long nextNanos = Long.MIN_VALUE;
    private long nextBeginNanos = Long.MIN_VALUE;

    public CompactionDuty(KvEngine engine, BooleanSupplier isDiskFull) {
        this.engine = engine;
        this.isDiskFull = isDiskFull;
    }

    @Override
    public int doWork(long nowNanos) {
        if (!isReached(nextNanos, nowNanos)) {
            return 0;
        }
        nextNanos = nowNanos + EVERY_NANOS;
        boolean mayBegin = isReached(nextBeginNanos, nowNanos) && !isDiskFull.getAsBoolean();
        if (!engine.compactForScans(mayBegin)) {
            return 0;
        }
        nextBeginNanos = nowNanos + PAUSE_NANOS;
        return 1;
    }

    private static boolean isReached(long momentNanos, long nowNanos) {
        return momentNanos == Long.MIN_VALUE || nowNanos - momentNanos >= 0;
    }

    @Override
    public long nextDeadlineNanos() {
        return nextNanos;
    }
}
