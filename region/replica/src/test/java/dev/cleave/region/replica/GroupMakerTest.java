package dev.cleave.region.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Randomness;
import dev.cleave.region.raft.Membership;
import dev.cleave.region.raft.RaftConfig;
import dev.cleave.region.raft.RaftMessage;
import dev.cleave.region.raft.Ready;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GroupMakerTest {
    private static final long START = 77_000_000_000L;
    private static final long SECOND = 1_000_000_000L;
    private static final long PROMISE = RaftConfig.defaults().electionMinNanos();

    private final GroupMaker maker = new GroupMaker(
            RaftConfig.defaults(),
            Randomness.seeded(1),
            new StoreLiveness(300_000_000L, PROMISE, START),
            () -> 0,
            START);

    @Test
    void manyReplicasThatBeginWithTheirHostHoldTheirFirstElectionsOneAfterTheOther() {
        GroupStart start = new GroupStart(
                7, 1, Membership.of(1, 2, 3), Places.NOWHERE, GroupStart.FIRST_INDEX, GroupStart.FIRST_TERM);

        List<Long> few = deadlines(start, 100);
        List<Long> many = deadlines(start, 10_000);
        maker.hostHasBegun();
        long later = maker.recovered(null, start, START).raft.nextDeadlineNanos() - START;

        assertThat(few).allMatch(nanos -> nanos < 2 * SECOND);
        assertThat(many.stream().filter(nanos -> nanos < 3 * SECOND)).hasSizeBetween(5, 40);
        assertThat(many.stream().filter(nanos -> nanos > 7 * SECOND)).hasSizeBetween(25, 75);
        assertThat(many).allMatch(nanos -> nanos < 12 * SECOND);
        assertThat(later).isLessThan(2 * SECOND);
    }

    /** When each of a hundred of so many stands for election. */
    private List<Long> deadlines(GroupStart start, int count) {
        maker.hostBegins(count);
        return IntStream.range(0, 100)
                .mapToObj(any -> maker.recovered(null, start, START).raft.nextDeadlineNanos() - START)
                .toList();
    }

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
