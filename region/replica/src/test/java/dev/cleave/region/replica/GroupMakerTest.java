package dev.cleave.region.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Randomness;
import dev.cleave.region.raft.RaftConfig;
import dev.cleave.region.raft.RaftMessage;
import dev.cleave.region.raft.Ready;
import org.junit.jupiter.api.Test;

class GroupMakerTest {
    private static final long START = 77_000_000_000L;
    private static final long PROMISE = RaftConfig.defaults().electionMinNanos();

    private final GroupMaker maker = new GroupMaker(
            RaftConfig.defaults(), Randomness.seeded(1), new StoreLiveness(300_000_000L, PROMISE, START), START);

    /** An empty replica that waited for its split may have confirmed a round, and nothing of it need be on any disk. */
    @Test
    void rule102_aReplicaMadeRightAfterTheHostsStartKeepsWhatItMayHavePromisedInTheLastLife() {
        assertThat(votes(maker.empty(7, 1, START + 1), START + PROMISE - 1)).isZero();
        assertThat(votes(maker.empty(7, 1, START + 1), START + PROMISE)).isOne();
    }

    private static int votes(Group group, long now) {
        RaftMessage request = new RaftMessage();
        request.type = RaftMessage.Type.PRE_VOTE;
        request.from = 2;
        request.to = 1;
        request.term = 6;
        request.index = 5;
        request.logTerm = 5;
        group.raft.step(request, now);
        Ready ready = new Ready();
        group.raft.collect(ready, now);
        return ready.nowCount();
    }
}
