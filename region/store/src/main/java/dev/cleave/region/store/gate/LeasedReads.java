package dev.cleave.region.store.gate;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.kv.MemoryRead;
import dev.cleave.engine.wire.Link;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvReply;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.replica.LeaseView;
import dev.cleave.region.replica.ReplicaHost;
import dev.cleave.region.store.expiry.ExpiryClock;
import dev.cleave.region.store.state.DataKeys;
import dev.cleave.region.store.state.KeysView;
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
    /** Larger answers would keep the network's thread from others. */
    private static final int ANSWER_BYTES_MAX = 64 << 10;

    /** A link that has so much to send has its scans and batch gets queued: others are served before, and answers do not pile up before any can leave. */
    private static final long UNSENT_BYTES_MAX = 512 << 10;

    private final ReadMode mode;
    private final KvEngine engine;
    private final Supplier<@Nullable ReplicaHost> host;
    private final ExpiryClock expiry;
    private final ScanReads scans;
    private final BatchReads batches;
    /** For each of the few threads that look into memory. */
    private final ThreadLocal<Doubt> doubts = ThreadLocal.withInitial(Doubt::new);

    private final ReadCounts counts = new ReadCounts();

    public LeasedReads(ReadMode mode, KvEngine engine, ExpiryClock expiry, Supplier<@Nullable ReplicaHost> host) {
        this.mode = mode;
        this.engine = engine;
        this.expiry = expiry;
        this.scans = new ScanReads(engine, expiry);
        this.batches = new BatchReads(engine, expiry);
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

    /** The reply to a get, a small batch of them or a small scan if memory has all of it; null if not, or if it is another kind of read. */
    @Nullable
    ByteBuffer readFromMemory(Link link, Asked asked, long requestId) {
        KeysView keys = asked.keys();
        if (keys != null) {
            return link.unsentBytes() <= UNSENT_BYTES_MAX ? batches.readSmallFromMemory(keys, requestId) : null;
        }
        KvCommand command = asked.read();
        if (command instanceof KvCommand.Get get) {
            KvResult found = get(get.key());
            return found == null ? null : KvCodec.encodeReply(KvReply.ok(requestId, found));
        }
        return command instanceof KvCommand.Scan scan && link.unsentBytes() <= UNSENT_BYTES_MAX
                ? scans.readSmallFromMemory(scan, requestId)
                : null;
    }

    /** Null also while memory is not worth asking: most of what was looked for of late was elsewhere. */
    private @Nullable KvResult get(Key key) {
        Doubt doubt = doubts.get();
        if (!doubt.isWorthTrying()) {
            return null;
        }
        MemoryRead read = engine.getFromMemory(DataKeys.toData(key), ANSWER_BYTES_MAX);
        doubt.tried(read.kind() != MemoryRead.Kind.ELSEWHERE);
        byte[] stored = read.value();
        return switch (read.kind()) {
            case FOUND -> stored == null ? null : new KvResult.Found(expiry.visible(stored));
            case ABSENT -> new KvResult.Found(null);
            case ELSEWHERE -> null;
        };
    }

    /** The read goes on without a lease. */
    void fallBack(ReadTask task) {
        ReplicaHost replicas = host.get();
        if (replicas == null || !replicas.read(task.region, task)) {
            task.refuseBusy();
        }
    }
}
