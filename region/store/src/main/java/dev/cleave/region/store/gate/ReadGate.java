package dev.cleave.region.store.gate;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.LoopThread;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.kv.KvEngine.Family;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.KvError.Kind;
import dev.cleave.region.protocol.KvReply;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.replica.LeaseView;
import dev.cleave.region.replica.Refusal;
import dev.cleave.region.store.expiry.ExpiryClock;
import dev.cleave.region.store.state.DataKeys;
import dev.cleave.region.store.state.EpochRules;
import dev.cleave.region.store.state.KeysView;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.PublishedRegions;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a read whose index is applied, or that a lease covers: checks the region, looks at the engine, checks the region again. The second check is
 * for a split that came in between: what is right of it may be newer than what is left of it. Under a lease, the last look is at the lease.
 */
@AnyThread
public final class ReadGate {
    /** After so long a read agent has it: what an event loop has left for itself must not pile up there. */
    private static final long HERE_NANOS_MAX = 1_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(ReadGate.class);

    private final KvEngine engine;
    private final PublishedRegions published;
    private final Refusals refusals;
    private final LeasedReads leased;
    private final ExpiryClock expiry;
    private final ScanReads scans;
    private final BatchReads batches;
    private final MemoryReads memory;
    private final Clock clock;
    private final Supplier<@Nullable LoopThread> loop;

    /** @param loop the event loop that is calling, if it is one */
    public ReadGate(
            KvEngine engine,
            PublishedRegions published,
            Refusals refusals,
            LeasedReads leased,
            ExpiryClock expiry,
            Clock clock,
            Supplier<@Nullable LoopThread> loop) {
        this.clock = clock;
        this.loop = loop;
        this.engine = engine;
        this.expiry = expiry;
        this.scans = new ScanReads(engine, expiry);
        this.batches = new BatchReads(engine, expiry);
        this.memory = new MemoryReads(engine, expiry);
        this.leased = leased;
        this.published = published;
        this.refusals = refusals;
    }

    void serve(ReadTask task, long nowNanos) {
        if (task.deadlineNanos() - nowNanos <= 0) {
            task.caller.refuse(refusals.of(Refusal.TIMED_OUT, task.region, 0, 0));
            return;
        }
        KvError problem = problem(task);
        if (problem != null) {
            task.caller.refuse(problem);
            return;
        }
        ByteBuffer reply = read(task.asked, task.caller.requestId());
        problem = problem(task);
        boolean isLeased = task.lease.number() != 0;
        if (problem != null) {
            task.caller.refuse(problem);
        } else if (isLeased && !leased.mayAnswer(task.region, task.lease)) {
            task.lease = LeaseView.NONE;
            leased.fallBack(task);
        } else {
            if (isLeased) {
                leased.counts().leased();
            } else {
                leased.counts().indexed();
            }
            task.caller.answer(reply);
        }
    }

    /** Its index is applied. If an event loop says so, it does the read as well, if that is small and memory has it, once it is through with what it is at; a read agent otherwise. */
    void ready(ReadTask task) {
        LoopThread here = loop.get();
        long readyNanos = clock.nanos();
        if (here == null || !here.afterwards(() -> serveHere(task, readyNanos))) {
            task.queue();
        }
    }

    private void serveHere(ReadTask task, long readyNanos) {
        boolean isLate = clock.nanos() - readyNanos > HERE_NANOS_MAX;
        if (isLate || !serveFromMemory(task)) {
            task.queue();
        }
    }

    /**
     * Answers what waited for its index, if memory has it; false if a read agent has to look. No fence waits for this: whoever is about to change a replica's data by other means than entries takes its region out of
     * the table first, so the table must show the same entry before and after.
     */
    private boolean serveFromMemory(ReadTask task) {
        LocalRegion seen = published.byId(task.region);
        if (seen == null || problem(task) != null) {
            return false;
        }
        ByteBuffer reply = readFromMemory(task);
        if (reply == null || !published.isStill(seen)) {
            return false;
        }
        leased.counts().indexed();
        task.caller.answer(reply);
        return true;
    }

    private @Nullable ByteBuffer readFromMemory(ReadTask task) {
        try {
            return memory.read(task.caller.link(), task.asked, task.caller.requestId());
        } catch (RuntimeException | Error failed) {
            // Whoever reads it next meets the same, where it ends the process or is answered.
            LOG.warn("event=read-failed region={} retried=read-agent", task.region, failed);
            return null;
        }
    }

    private ByteBuffer read(Asked asked, long requestId) {
        KeysView keys = asked.keys();
        return keys != null ? batches.read(keys, requestId) : asked.read().match(new Reads(requestId));
    }

    void stopping(ReadTask task) {
        task.caller.refuse(refusals.of(Refusal.STOPPING, task.region, 0, 0));
    }

    private @Nullable KvError problem(ReadTask task) {
        LocalRegion local = published.byId(task.region);
        if (local == null) {
            return refusals.notFound(task.region);
        }
        if (!EpochRules.DATA.admits(task.asked.epoch(), local.region().epoch())) {
            return refusals.staleEpoch(task.region);
        }
        return task.asked.isInside(local.region().range())
                ? null
                : refusals.of(Kind.KEY_NOT_IN_REGION, "a key is outside the region", task.region);
    }

    /** Reads, and writes the reply. */
    private final class Reads implements KvCommand.Cases<ByteBuffer> {
        private final long requestId;

        Reads(long requestId) {
            this.requestId = requestId;
        }

        private ByteBuffer reply(KvResult result) {
            return KvCodec.encodeReply(KvReply.ok(requestId, result));
        }

        @Override
        public ByteBuffer onGet(KvCommand.Get get) {
            byte[] stored = engine.get(Family.DATA, DataKeys.toData(get.key()));
            return reply(new KvResult.Found(expiry.visible(stored)));
        }

        @Override
        public ByteBuffer onBatchGet(KvCommand.BatchGet batchGet) {
            throw new IllegalStateException("keys are looked at in place");
        }

        @Override
        public ByteBuffer onScan(KvCommand.Scan scan) {
            return scans.read(scan, requestId);
        }

        @Override
        public ByteBuffer onPut(KvCommand.Put put) {
            throw notRead();
        }

        @Override
        public ByteBuffer onDelete(KvCommand.Delete delete) {
            throw notRead();
        }

        @Override
        public ByteBuffer onBatch(KvCommand.Batch batch) {
            throw notRead();
        }

        @Override
        public ByteBuffer onDeleteRange(KvCommand.DeleteRange deleteRange) {
            throw notRead();
        }

        @Override
        public ByteBuffer onCompareAndSet(KvCommand.CompareAndSet compareAndSet) {
            throw notRead();
        }

        private IllegalStateException notRead() {
            return new IllegalStateException("a write came to the read gate");
        }
    }
}
