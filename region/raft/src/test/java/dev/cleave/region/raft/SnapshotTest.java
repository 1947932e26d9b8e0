package dev.cleave.region.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Invariant;
import dev.cleave.region.raft.RaftMessage.Type;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    private static final Membership TRIO = Membership.of(1, 2, 3);

    // ---- receiving ----

    @Test
    void rule50_afterAnInstallTheLogStartsBehindTheSnapshot() {
        Lab lab = Lab.follower(5);
        lab.receive(lab.append(2, 6, 5, 5, 5, 6, 6));
        lab.receive(lab.snapshot(2, 6, 50, 6, TRIO));
        assertThat(lab.ready.installIndex()).isEqualTo(50);
        assertThat(lab.ready.installTerm()).isEqualTo(6);
        assertThat(lab.raft.installing()).isEqualTo(50);

        lab.sent.clear();
        lab.entries.reset(50);
        lab.raft.snapshotInstalled(50, 6, TRIO, 50);
        lab.settle();
        assertThat(lab.raft.firstIndex()).isEqualTo(51);
        assertThat(lab.raft.lastIndex()).isEqualTo(50);
        assertThat(lab.raft.commit()).isEqualTo(50);
        assertThat(lab.raft.applied()).isEqualTo(50);
        assertThat(lab.raft.stableIndex()).isEqualTo(50);
        assertThat(lab.takeOne(Type.APPEND_REPLY).index).isEqualTo(50);

        lab.receive(lab.append(2, 6, 50, 6, 51, 6));
        assertThat(lab.raft.commit()).isEqualTo(51);
    }

    @Test
    void rule60_nothingIsAppliedWhileASnapshotIsInstalled() {
        Lab lab = Lab.follower(5);
        lab.diskIsHeld = true;
        lab.receive(lab.append(2, 6, 5, 5, 6, 6));
        lab.receive(lab.snapshot(2, 6, 50, 6, TRIO));
        lab.force();
        assertThat(lab.applies).isEmpty();
        lab.raft.snapshotRefused();
        lab.settle();
        assertThat(lab.applies).hasSize(1);
    }

    /** Both come before the next collect: the acknowledgement, and the commit index, would name entries that nobody writes. */
    @Test
    void rule33_whatCameJustBeforeASnapshotIsWrittenBeforeItIsAcknowledged() {
        Lab lab = Lab.follower(5);
        lab.diskIsHeld = true;
        lab.receiveOnly(lab.append(2, 6, 5, 5, 7, 6, 6));
        lab.receiveOnly(lab.snapshot(2, 6, 50, 6, TRIO));

        lab.collectOnce();

        assertThat(lab.ready.installIndex()).isEqualTo(50);
        assertThat(lab.ready.persistFirst()).isEqualTo(6);
        assertThat(lab.ready.persistLast()).isEqualTo(7);
        assertThat(lab.take(Type.APPEND_REPLY)).isEmpty();

        lab.force();

        assertThat(lab.takeOne(Type.APPEND_REPLY).index).isEqualTo(7);
    }

    @Test
    void rule65_aSecondSnapshotAndAppendsAreIgnoredMeanwhileButHeartbeatsAreAnswered() {
        Lab lab = Lab.follower(5);
        lab.receive(lab.snapshot(2, 6, 50, 6, TRIO));
        lab.sent.clear();
        lab.receive(lab.snapshot(2, 6, 60, 6, TRIO));
        lab.receive(lab.append(2, 6, 5, 5, 5, 6));
        assertThat(lab.raft.installing()).isEqualTo(50);
        assertThat(lab.raft.lastIndex()).isEqualTo(5);
        lab.receive(lab.heartbeat(2, 6, 60, 3));
        assertThat(lab.takeOne(Type.HEARTBEAT_REPLY).token).isEqualTo(3);
    }

    @Test
    void rule68_theSnapshotsMembershipReplacesOurs() {
        Lab lab = Lab.follower(5);
        Membership newer =
                new Membership(new long[] {1, 4, 5}, new long[] {1, 2, 3}, new long[] {7}, new long[] {2}, true);
        lab.receive(lab.snapshot(2, 6, 50, 6, newer));
        lab.raft.snapshotInstalled(50, 6, newer, 50);
        assertThat(lab.raft.membership()).isEqualTo(newer);
    }

    @Test
    void rule69_aSnapshotAtOrBelowTheCommitIsAnsweredWithTheCommit() {
        Lab lab = Lab.follower(5);
        lab.receive(lab.append(2, 6, 5, 5, 8, 6, 6, 6));
        lab.sent.clear();
        lab.receive(lab.snapshot(2, 6, 7, 6, TRIO));
        assertThat(lab.raft.installing()).isZero();
        assertThat(lab.takeOne(Type.APPEND_REPLY).index).isEqualTo(8);
    }

    @Test
    void rule69_aSnapshotThatMatchesTheLogOnlyMovesTheCommit() {
        Lab lab = Lab.follower(6, 6, 6, 6);
        lab.receive(lab.snapshot(2, 7, 7, 6, TRIO));
        assertThat(lab.raft.installing()).isZero();
        assertThat(lab.raft.commit()).isEqualTo(7);
        assertThat(lab.raft.lastIndex()).isEqualTo(8);
        assertThat(lab.takeOne(Type.APPEND_REPLY).index).isEqualTo(7);
    }

    @Test
    void rule70_aSnapshotThatDoesNotNameUsIsIgnored() {
        Lab lab = Lab.follower(5);
        lab.receive(lab.snapshot(2, 6, 50, 6, Membership.of(2, 3)));
        assertThat(lab.raft.installing()).isZero();

        for (Membership naming : new Membership[] {
            new Membership(new long[] {2}, new long[0], new long[] {1}, new long[0], false),
            new Membership(new long[] {2}, new long[] {1, 2}, new long[0], new long[] {1}, true)
        }) {
            Lab other = Lab.follower(5);
            other.receive(other.snapshot(2, 6, 50, 6, naming));
            assertThat(other.raft.installing()).isEqualTo(50);
        }
    }

    @Test
    void anUninitialisedReplicaRefusesAppendsAndTakesASnapshot() {
        Lab lab = Lab.bare(3);
        lab.receive(lab.append(2, 6, 9, 6, 9, 6));
        RaftMessage rejection = lab.takeOne(Type.APPEND_REPLY);
        assertThat(rejection.reject).isTrue();
        assertThat(rejection.hintIndex).isZero();

        lab.receive(lab.snapshot(2, 6, 9, 6, TRIO));
        lab.entries.reset(9);
        lab.raft.snapshotInstalled(9, 6, TRIO, 9);
        lab.settle();
        assertThat(lab.raft.isInitialized()).isTrue();
        assertThat(lab.raft.leader()).isEqualTo(2);
        assertThat(lab.takeOne(Type.APPEND_REPLY).index).isEqualTo(9);
    }

    /** Its split was lost with the engine's memory, and the parent is gone: the rest of its log has been acknowledged (Raft, figure 13, step 6). */
    @Test
    void anUnbornReplicaWithALogTakesASnapshotFromItsMiddleAndKeepsTheRest() {
        Lab lab = new Lab(1, Membership.EMPTY, 6, 6, 6, 6, 6);
        lab.receive(lab.snapshot(2, 6, 7, 6, TRIO));
        assertThat(lab.ready.installIndex()).isEqualTo(7);

        lab.raft.snapshotInstalled(7, 6, TRIO, 8);
        lab.settle();

        assertThat(lab.raft.isInitialized()).isTrue();
        assertThat(lab.raft.lastIndex()).isEqualTo(9);
        assertThat(lab.takeOne(Type.APPEND_REPLY).index).isEqualTo(7);
        assertThat(lab.raft.commit()).as("what it knew in an earlier life").isEqualTo(8);
        assertThat(lab.raft.applied()).as("the snapshot, and what comes after").isEqualTo(8);
        lab.receive(lab.append(2, 6, 9, 6, 9, 6));
        assertThat(lab.takeOne(Type.APPEND_REPLY).index).isEqualTo(10);
    }

    @Test
    void rule90_anUninitialisedReplicaVotes() {
        Lab lab = Lab.bare(3);
        lab.receive(lab.voteRequest(Type.VOTE, 1, 6, 5, 5));
        assertThat(lab.takeOne(Type.VOTE_REPLY).reject).isFalse();
        assertThat(lab.raft.vote()).isEqualTo(1);
    }

    @Test
    void anUninitialisedReplicaBecomesASplitChildAndKeepsItsTermAndVote() {
        Lab lab = Lab.bare(3);
        lab.receive(lab.voteRequest(Type.VOTE, 1, 6, 5, 5));
        lab.raft.initialize(TRIO, 5, 5);
        assertThat(lab.raft.term()).isEqualTo(6);
        assertThat(lab.raft.vote()).isEqualTo(1);
        assertThat(lab.raft.commit()).isEqualTo(5);
        assertThat(lab.raft.lastIndex()).isEqualTo(5);
        assertThat(lab.raft.nextDeadlineNanos()).isGreaterThanOrEqualTo(lab.now + lab.config.electionMinNanos());

        Lab fresh = Lab.bare(3);
        fresh.raft.initialize(TRIO, 5, 5);
        assertThat(fresh.raft.term()).isEqualTo(5);
        assertThat(fresh.raft.vote()).isZero();
        fresh.raft.campaign(true, fresh.now);
        fresh.settle();
        assertThat(fresh.take(Type.VOTE)).hasSize(2).allMatch(m -> m.term == 6);
        assertThatThrownBy(() -> fresh.raft.initialize(TRIO, 5, 5)).isInstanceOf(Invariant.Broken.class);
    }

    @Test
    void aSplitChildVotesAtOnce() {
        Lab child = Lab.bare(3);
        child.raft.initialize(TRIO, 5, 5);
        child.receive(child.voteRequest(Type.VOTE, 1, 6, 5, 5));
        assertThat(child.takeOne(Type.VOTE_REPLY).reject).isFalse();
    }

    // ---- sending ----

    /** A leader whose log starts at 11; follower 2 lags, 3 holds all. */
    private static Lab compactedLeader() {
        Lab lab = Lab.leader(5).committed();
        for (int i = 0; i < 9; i++) {
            lab.propose();
        }
        lab.receive(lab.ack(3, lab.raft.lastIndex()));
        lab.raft.reportUnreachable(2);
        lab.settle();
        lab.raft.compacted(10, lab.raft.termAt(10));
        lab.entries.compactTo(10);
        lab.sent.clear();
        return lab;
    }

    @Test
    void aFollowerWhoseEntriesAreCompactedGetsASnapshot() {
        Lab lab = compactedLeader();
        assertThat(lab.raft.needsSnapshot(2)).isTrue();
        lab.receive(lab.pulse(2, 0));
        assertThat(lab.snapshotsWanted).containsExactly(2L);
        assertThat(lab.raft.snapshotting(2)).isTrue();
        assertThat(lab.raft.needsSnapshot(2)).isFalse();
    }

    /** Or a group that is written to while its snapshot travels would need the next one at once, for ever. */
    @Test
    void theLogIsSparedFromWhereASnapshotUnderWayWillStand() {
        Lab lab = compactedLeader();
        assertThat(lab.raft.leastSpared()).as("what it has").isEqualTo(6);
        long asked = lab.raft.applied();
        lab.receive(lab.pulse(2, 0));
        assertThat(lab.raft.leastSpared()).isEqualTo(asked);

        lab.receive(lab.ack(3, lab.propose()));
        assertThat(lab.raft.leastSpared()).as("while it travels").isEqualTo(asked);
        lab.raft.reportSnapshot(2, true, asked + 1);
        lab.settle();
        assertThat(lab.raft.leastSpared()).as("while it is installed").isEqualTo(asked + 1);
        lab.receive(lab.ack(2, asked + 1));
        lab.receive(lab.ack(2, lab.raft.lastIndex()));
        assertThat(lab.raft.leastSpared()).isEqualTo(lab.raft.lastIndex());
    }

    @Test
    void nothingIsSparedForASnapshotThatDidNotArrive() {
        Lab lab = compactedLeader();
        lab.receive(lab.pulse(2, 0));
        lab.raft.reportSnapshot(2, false, 0);
        lab.settle();
        assertThat(lab.raft.leastSpared()).isEqualTo(6);
    }

    @Test
    void rule42_noAppendStandsOnAnEntryWhoseTermIsCompacted() {
        Lab lab = Lab.leader(5).committed();
        for (int i = 0; i < 9; i++) {
            lab.propose();
        }
        lab.receive(lab.ack(3, lab.raft.lastIndex()));
        lab.raft.compacted(10, 6);
        lab.entries.compactTo(10);
        lab.sent.clear();
        lab.receive(lab.rejection(2, 15, 6, 6));
        assertThat(lab.take(Type.APPEND)).isEmpty();
        assertThat(lab.snapshotsWanted).containsExactly(2L);
    }

    @Test
    void rule72_anyAcknowledgementThatReconnectsEndsTheSnapshotState() {
        Lab lab = compactedLeader();
        lab.receive(lab.pulse(2, 0));
        lab.receive(lab.ack(2, 8));
        assertThat(lab.raft.snapshotting(2)).as("8 is still before the log").isTrue();
        lab.receive(lab.ack(2, 10));
        assertThat(lab.raft.snapshotting(2)).isFalse();
        assertThat(lab.takeOne(Type.APPEND).index).isEqualTo(10);
    }

    @Test
    void rule73_aFailedSnapshotIsTriedAgainAfterASignOfLife() {
        Lab lab = compactedLeader();
        lab.receive(lab.pulse(2, 0));
        lab.raft.reportSnapshot(2, false, 0);
        lab.settle();
        assertThat(lab.snapshotsWanted).hasSize(1);
        lab.sent.clear();
        lab.receive(lab.pulse(2, 0));
        RaftMessage probe = lab.takeOne(Type.APPEND);
        assertThat(probe.index).as("the oldest place that it could stand on").isEqualTo(lab.raft.firstIndex() - 1);
        assertThat(probe.lastIndex).isEqualTo(probe.index);
        RaftMessage rejection = lab.ack(2, probe.index);
        rejection.reject = true;
        lab.receive(rejection);
        assertThat(lab.snapshotsWanted).hasSize(2);
    }

    /** It was not there yet when the snapshot was offered, and has been born by its parent's split meanwhile: it stands where the log begins. */
    @Test
    void scenario6_whoeverCanStandOnTheLogAfterAFailedSnapshotNeedsNone() {
        Lab lab = compactedLeader();
        lab.receive(lab.pulse(2, 0));
        lab.raft.reportSnapshot(2, false, 0);
        lab.settle();
        lab.receive(lab.pulse(2, 0));
        lab.sent.clear();

        lab.receive(lab.ack(2, lab.raft.firstIndex() - 1));

        assertThat(lab.snapshotsWanted).hasSize(1);
        assertThat(lab.takeOne(Type.APPEND).lastIndex).isEqualTo(lab.raft.lastIndex());
    }

    @Test
    void rule73_afterADeliveredSnapshotTheLeaderWaitsForTheFollower() {
        Lab lab = compactedLeader();
        lab.receive(lab.pulse(2, 0));
        lab.sent.clear();
        lab.raft.reportSnapshot(2, true, 12);
        lab.settle();
        assertThat(lab.take(Type.APPEND)).isEmpty();
        lab.receive(lab.pulse(2, 0));
        RaftMessage probe = lab.takeOne(Type.APPEND);
        assertThat(probe.index).isEqualTo(12);
        assertThat(probe.lastIndex)
                .as("no payload into an install that may still run")
                .isEqualTo(12);
        lab.receive(lab.ack(2, 12));
        assertThat(lab.takeOne(Type.APPEND).lastIndex).isEqualTo(lab.raft.lastIndex());
    }

    @Test
    void rule74_noSnapshotToASilentFollowerAndNoSecondOne() {
        Lab lab = compactedLeader();
        for (int i = 0; i < 10; i++) {
            lab.pass(300);
            lab.receive(lab.pulse(3, 0));
        }
        assertThat(lab.snapshotsWanted).isEmpty();
        lab.receive(lab.pulse(2, 0));
        lab.receive(lab.pulse(2, 0));
        lab.receive(lab.pulse(2, 0));
        assertThat(lab.snapshotsWanted).hasSize(1);
    }

    @Test
    void aBareReplicaGetsASnapshotEvenIfTheLogReachesBackToItsStart() {
        RaftConfig config = RaftConfig.defaults();
        TestEntries entries = new TestEntries();
        Restored restored =
                new Restored(new HardState(1, 0, 0), Membership.of(1, 2), 0, 0, 0, new long[0], new long[0], 0);
        Raft raft = new Raft(config, 1, restored, entries, dev.cleave.engine.base.Randomness.seeded(1), 0);
        long now = 3_000_000_000L;
        Ready ready = new Ready();
        raft.campaign(true, now);
        raft.collect(ready, now);
        raft.persisted(0, 0, 2, 1);
        RaftMessage grant = new RaftMessage();
        grant.type = Type.VOTE_REPLY;
        grant.from = 2;
        grant.to = 1;
        grant.term = 2;
        raft.step(grant, now);
        raft.collect(ready, now);
        assertThat(raft.role()).isEqualTo(Role.LEADER);
        RaftMessage rejection = new RaftMessage().copyFrom(grant);
        rejection.type = Type.APPEND_REPLY;
        rejection.reject = true;
        raft.step(rejection, now);
        raft.collect(ready, now);
        assertThat(ready.snapshotCount()).isEqualTo(1);
        assertThat(ready.nowCount()).as("no ping-pong").isZero();
    }

    @Test
    void rule71_aSnapshotThatContradictsWhatIsCommittedHalts() {
        for (long[] snapshot : new long[][] {{7, 7}, {50, 5}}) {
            Lab lab = Lab.follower(5);
            lab.receive(lab.append(2, 8, 5, 5, 8, 6, 6, 6));
            assertThat(lab.raft.commit()).isEqualTo(8);
            assertThatThrownBy(() -> lab.receive(lab.snapshot(2, 8, snapshot[0], snapshot[1], TRIO)))
                    .as("7@7, but 7@6 is committed; 50@5, but 8@6 is")
                    .isInstanceOf(Invariant.Broken.class)
                    .hasMessageContaining("corrupt");
        }
        Lab lab = Lab.follower(5);
        lab.receive(lab.append(2, 8, 5, 5, 8, 6, 6, 6));
        lab.raft.compacted(7, 6);
        lab.entries.compactTo(7);
        lab.receive(lab.snapshot(2, 8, 6, 6, TRIO));
        lab.receive(lab.snapshot(2, 8, 50, 6, TRIO));
        assertThat(lab.raft.installing()).as("one that fits").isEqualTo(50);
    }

    @Test
    void rule79_aLeaderInstallsNoSnapshot() {
        Lab lab = Lab.leader(5).committed();
        assertThatThrownBy(() -> lab.receive(lab.snapshot(2, 6, 50, 6, TRIO)))
                .isInstanceOf(Invariant.Broken.class)
                .hasMessageContaining("one leader");
        lab.receive(lab.snapshot(2, 5, 50, 5, TRIO));
        assertThat(lab.raft.installing()).as("of an earlier term").isZero();
        assertThat(lab.raft.role()).isEqualTo(Role.LEADER);
    }
}
