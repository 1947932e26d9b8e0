package dev.cleave.bench;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.Randomness;
import dev.cleave.region.raft.EntryStore;
import dev.cleave.region.raft.EntryType;
import dev.cleave.region.raft.HardState;
import dev.cleave.region.raft.Membership;
import dev.cleave.region.raft.Raft;
import dev.cleave.region.raft.RaftConfig;
import dev.cleave.region.raft.RaftMessage;
import dev.cleave.region.raft.Ready;
import dev.cleave.region.raft.Restored;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Question: what does a write cost the three cores of a group together, when so many are proposed in one turn? From the proposal to its application everywhere: appends, writes,
 * acknowledgements, commit; disks and links answer at once. One operation is a whole turn: divide by the writes in it.
 *
 * <p>Last answer (29 November 2026, two shared and busy cores, one fork, three seconds each): a turn of 16 writes 1.0 µs, of 128 writes 3.7 µs, all three cores together: 30 to 60 ns per
 * write. A turn of one write was too noisy to tell (2.2 ± 38 µs).
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RaftStepBench {
    private static final int REPLICAS = 3;
    private static final int ENTRY_BYTES = 24 + 150;
    private static final long COMPACTED_EVERY = 1_024;

    /** Writes proposed in one turn. */
    @Param({"1", "16", "128"})
    private int writes;

    private final Raft[] rafts = new Raft[REPLICAS + 1];
    private final Ready[] readys = new Ready[REPLICAS + 1];
    private long now = 10_000_000_000L;
    private long turns;

    /** Entries of one size that are never looked at. */
    private static final class Sizes implements EntryStore {
        @Override
        public long fit(long first, long last, int bytesMax) {
            return Math.min(last, first + Math.max(1, bytesMax / ENTRY_BYTES) - 1);
        }

        @Override
        public long bytes(long first, long last) {
            return (last - first + 1) * ENTRY_BYTES;
        }

        @Override
        public void accept(RaftMessage append, long firstIndex) {}

        @Override
        public void create(long index, long term, byte type, byte[] payload) {}
    }

    @Setup
    public void elect() {
        Membership trio = Membership.of(1, 2, 3);
        for (int id = 1; id <= REPLICAS; id++) {
            Restored start = new Restored(new HardState(5, 0, 5), trio, 5, 5, 5, new long[0], new long[0], 5);
            rafts[id] = new Raft(RaftConfig.defaults(), id, start, new Sizes(), Randomness.seeded(id), 0);
            readys[id] = new Ready();
        }
        rafts[1].campaign(true, now);
        settle();
    }

    @Benchmark
    public long turn() {
        now += 10_000;
        for (int i = 0; i < writes; i++) {
            long index = rafts[1].propose(EntryType.COMMAND, ENTRY_BYTES - 24, now);
            Invariant.check(index > 0, "the leader takes a write", index);
        }
        if (++turns % COMPACTED_EVERY == 0) {
            for (int id = 1; id <= REPLICAS; id++) {
                rafts[id].onTime(now);
                rafts[id].compacted(rafts[id].applied(), rafts[id].termAt(rafts[id].applied()));
            }
        }
        settle();
        return rafts[1].applied();
    }

    private void settle() {
        boolean isBusy = true;
        while (isBusy) {
            isBusy = false;
            for (int id = 1; id <= REPLICAS; id++) {
                if (rafts[id].hasReady()) {
                    isBusy = true;
                    carry(rafts[id], readys[id]);
                }
            }
        }
    }

    private void carry(Raft raft, Ready ready) {
        raft.collect(ready, now);
        for (int i = 0; i < ready.nowCount(); i++) {
            deliver(raft, ready.now(i));
        }
        if (ready.mustSync()) {
            raft.persisted(ready.markTerm(), ready.markIndex(), ready.term(), ready.vote());
        }
        for (int i = 0; i < ready.afterSyncCount(); i++) {
            deliver(raft, ready.afterSync(i));
        }
        if (ready.applyFirst() != 0) {
            raft.applied(ready.applyLast());
        }
    }

    private void deliver(Raft from, RaftMessage message) {
        if (message.type == RaftMessage.Type.APPEND) {
            for (long i = message.index + 1; i <= message.lastIndex; i++) {
                message.addEntryTerm(from.termAt(i));
            }
        }
        rafts[(int) message.to].step(message, now);
    }
}
