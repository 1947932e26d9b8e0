package dev.cleave.region.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.cleave.engine.base.Randomness;
import dev.cleave.region.raft.RaftMessage.Type;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/**
 * A write costs the cores of a group of three less than 50 bytes of garbage, all three together: proposal, appends, writes, acknowledgements, commit, apply, with reads, heartbeats and
 * compaction between. The entries' bytes are the host's and are not counted; what warms up (rings that grow to their size) is not either.
 */
class AllocationTest {
    private static final int WRITES = 1_000_000;
    private static final int PAYLOAD_BYTES = 256;
    private static final int PER_TURN = 4;

    /** Entries of one size that are never looked at. */
    private static final class Sizes implements EntryStore {
        @Override
        public long fit(long first, long last, int bytesMax) {
            return Math.min(last, first + Math.max(1, bytesMax / (24 + PAYLOAD_BYTES)) - 1);
        }

        @Override
        public long bytes(long first, long last) {
            return (last - first + 1) * (24 + PAYLOAD_BYTES);
        }

        @Override
        public void accept(RaftMessage append, long firstIndex) {}

        @Override
        public void create(long index, long term, byte type, byte[] payload) {}
    }

    private final Raft[] rafts = new Raft[4];
    private final Ready[] readys = {new Ready(), new Ready(), new Ready(), new Ready()};
    private long now = 10_000_000_000L;

    @Test
    void oneMillionProposalsAllocateNextToNothing() {
        Membership trio = Membership.of(1, 2, 3);
        for (int id = 1; id <= 3; id++) {
            Restored start = new Restored(new HardState(5, 0, 5), trio, 5, 5, 5, new long[0], new long[0], 5);
            rafts[id] = new Raft(RaftConfig.defaults(), id, start, new Sizes(), Randomness.seeded(id), 0);
        }
        rafts[1].campaign(true, now);
        settle();
        assertThat(rafts[1].role()).isEqualTo(Role.LEADER);
        propose(20_000);

        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        long empty = threads.getThreadAllocatedBytes(id);
        byte[] some = new byte[1 << 20];
        assertThat(threads.getThreadAllocatedBytes(id) - empty)
                .as("the counter counts")
                .isGreaterThanOrEqualTo(some.length);
        long before = threads.getThreadAllocatedBytes(id);
        long began = System.nanoTime();
        propose(WRITES);
        long nanos = System.nanoTime() - began;
        now += RaftConfig.defaults().commitNewsNanos();
        rafts[1].onTime(now);
        settle();
        long bytes = threads.getThreadAllocatedBytes(id) - before;

        System.out.println(
                "core: " + bytes / (double) WRITES + " bytes and " + nanos / WRITES + " ns per write, 3 replicas");
        assertThat(rafts[3].applied()).isEqualTo(rafts[1].lastIndex()).isGreaterThan(WRITES + 20_000);
        assertThat(bytes / (double) WRITES).isLessThan(50);
    }

    private void propose(int count) {
        for (int i = 0; i < count; i += PER_TURN) {
            now += 10_000;
            for (int k = 0; k < PER_TURN; k++) {
                if (rafts[1].propose(EntryType.COMMAND, PAYLOAD_BYTES, now) <= 0) {
                    throw new AssertionError("refused at " + i);
                }
            }
            if (i % 1024 == 0) {
                rafts[1].readIndex(i, now);
                for (int id = 1; id <= 3; id++) {
                    rafts[id].onTime(now);
                    rafts[id].compacted(rafts[id].applied(), rafts[id].termAt(rafts[id].applied()));
                }
            }
            settle();
        }
    }

    private void settle() {
        boolean isBusy = true;
        while (isBusy) {
            isBusy = false;
            for (int id = 1; id <= 3; id++) {
                if (rafts[id].hasReady()) {
                    isBusy = true;
                    turn(rafts[id], readys[id]);
                }
            }
        }
    }

    private void turn(Raft raft, Ready ready) {
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
        if (message.type == Type.APPEND) {
            for (long i = message.index + 1; i <= message.lastIndex; i++) {
                message.addEntryTerm(from.termAt(i));
            }
        }
        rafts[(int) message.to].step(message, now);
    }
}
