package dev.cleave.region.store.state;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.region.replica.DurableApplied;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The one place that says what of a region would survive a crash, and so how far its log may be cut. Answers come from memory; the storage agent
 * renews them by persisted-tier reads after each flush, and flushes when truncation has waited for long.
 */
@AnyThread
public final class EngineDurableApplied implements DurableApplied {
    /** However much the log hurries: a flush each moment would leave the engine with very many small files. */
    private static final long HURRY_NANOS = 1_000_000_000L;

    private final KvEngine engine;
    private final long waitNanosMax;
    private final long bytesMax;
    private final Map<Long, Long> durable = new ConcurrentHashMap<>();
    private final AtomicLong bytesApplied = new AtomicLong();
    private volatile boolean isHurried;

    // Owned by the storage agent.
    private long flushesSeen = -1;
    private long flushedAtNanos;
    private boolean isStarted;

    /**
     * @param waitNanosMax how long applied entries may keep the log from being cut before a flush is forced
     * @param bytesMax how many bytes of entries may do so
     */
    public EngineDurableApplied(KvEngine engine, long waitNanosMax, long bytesMax) {
        this.engine = engine;
        this.waitNanosMax = waitNanosMax;
        this.bytesMax = bytesMax;
    }

    @Override
    public long durableIndex(long group) {
        Long index = durable.get(group);
        return index == null ? 0 : index;
    }

    @Override
    public void hurry() {
        isHurried = true;
    }

    /** Apply agent: this many bytes of entries took effect. */
    public void applied(long bytes) {
        bytesApplied.addAndGet(bytes);
    }

    /** A replica is gone; what was durable of it says nothing about the next one. */
    public void forget(long group) {
        durable.remove(group);
    }

    /** Storage agent: flushes if it is due, and learns what flushes have made durable. Blocks. */
    public int renew(RegionTable regions, long nowNanos) {
        if (!isStarted) {
            isStarted = true;
            // What a start applies again has waited through the life before. Without an early flush a store that dies
            // again
            // and again within the wait would apply ever more, and its log would grow for ever.
            flushedAtNanos = nowNanos - waitNanosMax + waitNanosMax / 10;
        }
        long patienceNanos = isHurried ? Math.min(HURRY_NANOS, waitNanosMax) : waitNanosMax;
        boolean hasWaited = bytesApplied.get() > 0 && nowNanos - flushedAtNanos >= patienceNanos;
        if (hasWaited || bytesApplied.get() >= bytesMax) {
            isHurried = false;
            long before = bytesApplied.get();
            engine.flush();
            bytesApplied.addAndGet(-before);
        }
        return learn(regions, nowNanos);
    }

    /** Reads the durable index of every region if a flush has happened since the last time. */
    public int learn(RegionTable regions, long nowNanos) {
        long flushes = engine.flushes();
        if (flushes == flushesSeen) {
            return 0;
        }
        boolean isFirst = flushesSeen == -1;
        flushesSeen = flushes;
        flushedAtNanos = isFirst ? flushedAtNanos : nowNanos;
        for (LocalRegion local : regions.all()) {
            durable.put(local.id(), RegionStates.durableIndex(engine, local.id()));
        }
        return 1;
    }
}
