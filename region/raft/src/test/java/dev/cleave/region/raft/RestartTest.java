package dev.cleave.region.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.region.raft.RaftMessage.Type;
import org.junit.jupiter.api.Test;

class RestartTest {
    private static final Membership TRIO = Membership.of(1, 2, 3);

    private static Restored restored(long term, long commit, long lastIndex, long applied) {
        boolean isEmpty = lastIndex == 5;
        return new Restored(
                new HardState(term, 0, commit),
                TRIO,
                5,
                5,
                lastIndex,
                isEmpty ? new long[0] : new long[] {6},
                isEmpty ? new long[0] : new long[] {6},
                applied);
    }

    @Test
    void rule57_commitIsAtLeastWhatIsApplied() {
        assertThat(restored(6, 6, 9, 8).hardState().commit()).isEqualTo(8);
        assertThatThrownBy(() -> restored(6, 6, 7, 8)).hasMessageContaining("reaches up to the commit index");
    }

    @Test
    void rule58_aCommitBeyondTheLogIsCorruption() {
        assertThatThrownBy(() -> restored(6, 10, 9, 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("corrupt");
    }

    @Test
    void otherCorruptionsAreNamedToo() {
        assertThatThrownBy(() -> restored(5, 6, 9, 6)).hasMessageContaining("no later than the hard state's");
        assertThatThrownBy(() -> restored(6, 6, 9, 4)).hasMessageContaining("reaches back to the applied index");
        assertThatThrownBy(() ->
                        new Restored(new HardState(9, 0, 5), TRIO, 5, 5, 9, new long[] {6, 6}, new long[] {6, 7}, 5))
                .hasMessageContaining("term runs ascend");
        assertThatThrownBy(() ->
                        new Restored(new HardState(9, 0, 5), TRIO, 5, 5, 9, new long[] {6, 7}, new long[] {7, 6}, 5))
                .hasMessageContaining("never fall");
    }

    /** Its log waits for the split that gives birth to it again: nothing can be applied before. */
    @Test
    void anUnbornReplicaVotesWithItsLogButLearnsOfNoCommit() {
        Lab lab = new Lab(1, Membership.EMPTY, 6, 6, 6);
        RaftMessage request = lab.voteRequest(Type.VOTE, 2, 9, 7, 6);
        request.commit = 7;
        request.commitTerm = 6;

        lab.receive(request);

        assertThat(lab.raft.vote()).isEqualTo(2);
        assertThat(lab.raft.commit()).isEqualTo(5);
        assertThat(lab.applies).isEmpty();
    }

    @Test
    void aStartReplaysToItsCommitBeforeItTakesPart() {
        Lab lab = new Lab(RaftConfig.defaults(), 1, TRIO, new HardState(6, 0, 8), 5, 6, 6, 6, 6);
        assertThat(lab.raft.isReplaying()).as("the lab applies at once").isFalse();

        TestEntries entries = lab.entries;
        Raft raft = new Raft(
                lab.config,
                1,
                new Restored(new HardState(6, 0, 8), TRIO, 5, 5, 9, new long[] {6}, new long[] {6}, 5),
                entries,
                dev.cleave.engine.base.Randomness.seeded(1),
                0);
        long late = 100_000_000_000L;
        assertThat(raft.isReplaying()).isTrue();
        assertThat(raft.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
        raft.step(lab.voteRequest(Type.VOTE, 2, 9, 99, 9), late);
        raft.step(lab.heartbeat(2, 9, 9, 1), late);
        raft.onTime(late);
        raft.campaign(true, late);
        assertThat(raft.term()).isEqualTo(6);
        assertThat(raft.role()).isEqualTo(Role.FOLLOWER);
        assertThat(raft.propose(EntryType.COMMAND, 1, late)).isEqualTo(Raft.NOT_LEADER);

        raft.collect(lab.ready, late);
        assertThat(lab.ready.applyFirst()).isEqualTo(6);
        assertThat(lab.ready.applyLast()).isEqualTo(8);
        raft.applyConf(7, ConfChange.addVoter(4));
        raft.applied(8);
        assertThat(raft.isReplaying()).isFalse();
        assertThat(raft.membership().isVoter(4)).isTrue();
        raft.step(lab.heartbeat(2, 9, 9, 1), late);
        assertThat(raft.leader()).isEqualTo(2);
    }

    @Test
    void whatWasRestoredIsNotWrittenAgain() {
        Lab lab = Lab.follower(6, 6, 6);
        assertThat(lab.marks).isEmpty();
        lab.receive(lab.append(2, 6, 7, 6, 5, 6));
        assertThat(lab.marks).hasSize(1);
        assertThat(lab.ready.persistFirst() == 8 || lab.readys > 1).isTrue();
        assertThat(lab.marks.get(0)[1]).isEqualTo(8);
    }

    @Test
    void aLoneVoterCampaignsAsSoonAsItHasReplayed() {
        Raft raft = new Raft(
                RaftConfig.defaults(),
                1,
                new Restored(new HardState(6, 1, 7), Membership.of(1), 5, 5, 7, new long[] {6}, new long[] {6}, 5),
                new Lab(1, Membership.of(1), 6, 6, 6).entries,
                dev.cleave.engine.base.Randomness.seeded(1),
                100);
        Ready ready = new Ready();
        raft.collect(ready, 100);
        raft.applied(ready.applyLast());

        assertThat(raft.isReplaying()).isFalse();
        assertThat(raft.nextDeadlineNanos()).isEqualTo(100);
    }
}
