package dev.cleave.region.store.lifecycle;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.store.state.EngineDurableApplied;
import dev.cleave.region.store.state.PublishedRegions;

/** Sees to it that what is applied becomes durable before the log grows too long. */
@OwnedBy("storage agent")
public final class FlushDuty implements StorageDuty {
    private static final long EVERY_NANOS = 100_000_000L;

    private final EngineDurableApplied durable;
    private final PublishedRegions published;
    private long nextNanos = Long.MIN_VALUE;

    public FlushDuty(EngineDurableApplied durable, PublishedRegions published) {
        this.durable = durable;
        this.published = published;
    }

    @Override
    public int doWork(long nowNanos) {
        if (nextNanos != Long.MIN_VALUE && nowNanos - nextNanos < 0) {
            return 0;
        }
        nextNanos = nowNanos + EVERY_NANOS;
        return durable.renew(published.now(), nowNanos);
    }

    @Override
    public long nextDeadlineNanos() {
        return nextNanos;
    }
}
