package dev.cleave.region.store.gate;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.wire.Link;
import dev.cleave.region.replica.LeaseView;
import dev.cleave.region.replica.ReplicaHost;
import dev.cleave.region.store.expiry.ExpiryClock;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads by the leader's lease. The lease is looked at before the read and again after it: a process that stood still in between may have lost it, and the
 * key with it. If it was held without a break, nobody else has led meanwhile, no change of range or replicas has begun, and what the engine holds covers
 * everything that was acknowledged before the read was asked for.
 */
@AnyThread
public final class LeasedReads {
    private final ReadMode mode;
    private final MemoryReads memory;
    private final Supplier<@Nullable ReplicaHost> host;
    private final ReadCounts counts = new ReadCounts();

    public LeasedReads(ReadMode mode, KvEngine engine, ExpiryClock expiry, Supplier<@Nullable ReplicaHost> host) {
        this.mode = mode;
        this.memory = new MemoryReads(engine, expiry);
        this.host = host;
    }

    public ReadCounts counts() {
        return counts;
    }

    /** What to read by; {@link LeaseView#NONE} if not by a lease. To be taken before the region is checked. */
    LeaseView lease(long region) {
        ReplicaHost replicas = host.get();
        return mode == ReadMode.READ_INDEX || replicas == null
                ? LeaseView.NONE
                : replicas.leases().held(region);
    }

    /** The last look: whether what was read under {@code lease} may be answered. */
    boolean mayAnswer(long region, LeaseView lease) {
        ReplicaHost replicas = host.get();
        boolean isHeld = replicas != null && replicas.leases().isStillHeld(region, lease);
        if (!isHeld) {
            counts.lapsed();
        }
        return isHeld;
    }

    /** As {@link MemoryReads#read}. */
    @Nullable
    ByteBuffer readFromMemory(Link link, Asked asked, long requestId) {
        return memory.read(link, asked, requestId);
    }

    /** The read goes on without a lease. */
    void fallBack(ReadTask task) {
        ReplicaHost replicas = host.get();
        if (replicas == null || !replicas.read(task.region, task)) {
            task.refuseBusy();
        }
    }
}
