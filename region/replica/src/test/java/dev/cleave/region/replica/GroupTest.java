package dev.cleave.region.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Randomness;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.raft.EntryType;
import dev.cleave.region.raft.Membership;
import dev.cleave.region.raft.RaftConfig;
import dev.cleave.region.raft.Ready;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class GroupTest {
    private static final long START = 77_000_000_000L;
    private static final long LATER = START + 9;

    private final GroupMaker maker = new GroupMaker(
            RaftConfig.defaults(),
            Randomness.seeded(1),
            new StoreLiveness(300_000_000L, 1_000_000_000L, START),
            () -> 0,
            START);

    /** It may be a voter of a joint configuration that nobody but its members knows of: an older membership without it does not end it. */
    @Test
    void aReplicaThatIsNotBornYetKnowsTheNewestEpochThatItWasCalledBy() {
        Group unborn = maker.empty(7, 1, START);
        assertThat(unborn.knownEpoch()).isEqualTo(Epoch.NONE);

        unborn.isCalled(new Epoch(9, 4), LATER);
        unborn.isCalled(new Epoch(8, 5), LATER);

        assertThat(unborn.knownEpoch()).isEqualTo(new Epoch(9, 4));
        assertThat(unborn.lastHeardNanos).isEqualTo(LATER);
    }

    /** It has handed over leadership and is moved away: whoever had written through it just before would hear that nobody knows whether it took effect. */
    @Test
    void aReplicaThatIsToldToEndFirstAppliesWhatWasProposedHereAndIsKnownToBeCommitted() {
        Group group = leaderOfItself();
        group.proposals.add(propose(group), group.raft.term(), new NobodysProposal());
        force(group);
        group.isToldToEnd();
        assertThat(group.mayEnd()).isFalse();

        // Committed after it was told: not its business any more.
        group.proposals.add(propose(group), group.raft.term(), new NobodysProposal());
        long told = group.raft.commit();
        force(group);
        assertThat(group.mayEnd()).isFalse();
        group.raft.applied(told);

        assertThat(group.mayEnd()).isTrue();
    }

    @Test
    void aReplicaThatOwesNobodyAnAnswerEndsWhenItIsTold() {
        Group group = leaderOfItself();
        propose(group);
        force(group);
        assertThat(group.mayEnd()).isFalse();

        group.isToldToEnd();

        assertThat(group.mayEnd()).isTrue();
        group.endHasBegun();
        assertThat(group.mayEnd()).isFalse();
    }

    /** Nobody here can find out what becomes of it. */
    @Test
    void aProposalThatIsNotKnownToBeCommittedDoesNotHoldUpTheEnd() {
        Group group = leaderOfItself();
        group.proposals.add(propose(group), group.raft.term(), new NobodysProposal());

        group.isToldToEnd();

        assertThat(group.mayEnd()).isTrue();
    }

    private Group leaderOfItself() {
        Group group = maker.empty(7, 1, START);
        group.raft.initialize(Membership.of(1), GroupStart.FIRST_INDEX, GroupStart.FIRST_TERM);
        group.tail.reset(GroupStart.FIRST_INDEX);
        group.raft.campaign(true, LATER);
        force(group);
        group.raft.applied(GroupStart.FIRST_INDEX + 1);
        return group;
    }

    private static long propose(Group group) {
        long index = group.raft.propose(EntryType.COMMAND, 0, LATER);
        group.tail.append(index, group.raft.term(), EntryType.COMMAND, ByteBuffer.allocate(0));
        return index;
    }

    /** What the algorithm wants to be persisted is, and what is committed by that goes to the apply agent. */
    private static void force(Group group) {
        Ready ready = new Ready();
        while (group.raft.hasReady()) {
            group.raft.collect(ready, LATER);
            if (ready.mustSync()) {
                group.raft.persisted(ready.markTerm(), ready.markIndex(), group.raft.term(), group.raft.vote());
            }
        }
    }
}
