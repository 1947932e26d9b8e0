package dev.cleave.region.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Randomness;
import dev.cleave.region.raft.Membership;
import dev.cleave.region.raft.RaftConfig;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LazyApplyTest {
    private static final long START = 77_000_000_000L;
    private static final long REST = 50_000_000L;

    private final List<ApplyTask> handed = new ArrayList<>();
    private final LazyApply lazily = new LazyApply(REST, handed::add);
    private final GroupMaker maker = new GroupMaker(
            RaftConfig.defaults(),
            Randomness.seeded(1),
            new StoreLiveness(300_000_000L, 1_000_000_000L, START),
            () -> 0,
            START);

    private final Group first = maker.empty(7, 1, START);
    private final Group second = maker.empty(8, 2, START);

    @Test
    void whatNobodyWaitsForRestsUntilTheFirstIsDueAndThenLeavesTogether() {
        ApplyTask one = range(first, 100);
        ApplyTask other = range(second, 100);

        lazily.accept(one, false, START);
        lazily.accept(other, false, START + REST - 1);
        lazily.leaveIfDue(START + REST - 1);
        assertThat(handed).isEmpty();
        assertThat(lazily.nextNanos()).isEqualTo(START + REST);

        lazily.leaveIfDue(START + REST);
        assertThat(handed).containsExactly(one, other);
        assertThat(one.hasRested()).isTrue();
        assertThat(lazily.nextNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(first.resting).isNull();
    }

    @Test
    void aRangeWithAChangeOfTheGroupOrAProposalMadeHereDoesNotRest() {
        lazily.accept(range(first, 100), true, START);
        ApplyTask own = new ApplyTask(
                second, 5, 5, List.of(ByteBuffer.allocate(9)), new Proposal[] {new NobodysProposal()}, START, START);
        lazily.accept(own, false, START);

        assertThat(handed).hasSize(2).noneMatch(ApplyTask::hasRested);
    }

    @Test
    void aReadThatWaitsForTheGroupMakesAllLeaveAndLetsNothingRest() {
        lazily.accept(range(first, 100), false, START);
        lazily.accept(range(second, 100), false, START);
        lazily.look(second);
        assertThat(handed).isEmpty();

        second.reads.add(new Waits());
        lazily.look(first);
        assertThat(handed).isEmpty();
        lazily.look(second);
        assertThat(handed).hasSize(2);

        lazily.accept(range(second, 100), false, START);
        assertThat(handed).hasSize(3);
    }

    /** It leads no more, and whoever proposed hears what became of it from what is applied: before the replica has perhaps been moved away. */
    @Test
    void aProposalOfALeaderThatWasMakesWhatIsBeforeItLeave() {
        lazily.accept(range(first, 100), false, START);
        first.proposals.add(9, 1, new NobodysProposal());

        lazily.look(first);

        assertThat(handed).hasSize(1);
    }

    @Test
    void aReplicaThatIsToldToEndIsNotKeptWaiting() {
        lazily.accept(range(first, 100), false, START);
        first.isToldToEnd();

        lazily.look(first);

        assertThat(handed).hasSize(1);
    }

    @Test
    void aGroupOnItsWayOutOrThatLeadsIsNotKeptWaiting() {
        Group leader = maker.empty(9, 1, START);
        leader.raft.initialize(Membership.of(1), 1, 1);
        leader.raft.onTime(START + 10 * RaftConfig.defaults().electionMaxNanos());
        lazily.accept(range(first, 100), false, START);

        lazily.accept(range(leader, 100), false, START);
        assertThat(handed).hasSize(1);
        first.become(Group.State.STOPPING);
        lazily.look(first);

        assertThat(handed).hasSize(2);
    }

    /** Else a replica that is far behind would take a rest for each of the bounded ranges that it catches up by, and could not be elected meanwhile. */
    @Test
    void aRangeBehindWhichMoreIsCommittedDoesNotRest() {
        Group behind = maker.empty(9, 1, START);
        behind.raft.initialize(Membership.of(1, 2), 10, 1);

        lazily.accept(range(behind, 100), false, START);

        assertThat(handed).hasSize(1);
    }

    @Test
    void aMegabyteDoesNotRest() {
        lazily.accept(range(first, 1 << 19), false, START);
        assertThat(handed).isEmpty();

        lazily.accept(range(second, 1 << 19), false, START);

        assertThat(handed).hasSize(2);
    }

    @Test
    void withoutATimeToRestNothingDoes() {
        LazyApply eager = new LazyApply(0, handed::add);

        eager.accept(range(first, 100), false, START);

        assertThat(handed).hasSize(1);
    }

    private static ApplyTask range(Group group, int bytes) {
        @Nullable Proposal[] mine = new Proposal[1];
        return new ApplyTask(group, 4, 4, List.of(ByteBuffer.allocate(bytes)), mine, START, ApplyTask.NOT_TIMED);
    }

    private static final class Waits implements ReadTicket {
        @Override
        public long deadlineNanos() {
            return Long.MAX_VALUE;
        }

        @Override
        public void ready(long appliedIndex) {}

        @Override
        public void refused(Refusal why, long leaderReplica, long leaderStore) {}
    }
}
