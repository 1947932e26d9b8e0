package dev.cleave.region.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.region.raft.RaftMessage.Type;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElectionTest {
    private static final long MS = Lab.MS;

    @Test
    void rule1_aVoteAndAVoteRequestWaitForTheDisk() {
        Lab lab = Lab.follower(5);
        lab.diskIsHeld = true;

        lab.receive(lab.voteRequest(Type.VOTE, 2, 6, Lab.BASE, 5));

        assertThat(lab.take(Type.VOTE_REPLY)).isEmpty();
        assertThat(lab.lastMustSync).isTrue();
        assertThat(lab.ready.vote()).isEqualTo(2);
        lab.force();
        assertThat(lab.takeOne(Type.VOTE_REPLY).reject).isFalse();
    }

    @Test
    void rule1_theOwnVoteCountsOnceItIsDurable() {
        Lab lab = Lab.follower(5);
        lab.diskIsHeld = true;
        lab.raft.campaign(true, lab.now);
        lab.settle();

        assertThat(lab.raft.role()).isEqualTo(Role.CANDIDATE);
        assertThat(lab.take(Type.VOTE)).isEmpty();
        lab.receive(lab.message(Type.VOTE_REPLY, 2, 6));
        assertThat(lab.raft.role()).isEqualTo(Role.CANDIDATE);

        lab.force();
        assertThat(lab.raft.role()).isEqualTo(Role.LEADER);
    }

    @Test
    void rule3_aGrantCarriesTheRequestsTermAndARejectionOurs() {
        Lab lab = Lab.follower(7, 7);

        lab.receive(lab.voteRequest(Type.PRE_VOTE, 2, 9, 6, 7));
        assertThat(lab.takeOne(Type.PRE_VOTE_REPLY).term).isEqualTo(9);

        lab.receive(lab.voteRequest(Type.PRE_VOTE, 2, 9, 5, 5));
        RaftMessage rejection = lab.takeOne(Type.PRE_VOTE_REPLY);
        assertThat(rejection.reject).isTrue();
        assertThat(rejection.term).isEqualTo(7);
    }

    @ParameterizedTest(name = "last ({0}, {1}) asks one that has (8, 6): granted {2}")
    @CsvSource({"8,6,true", "9,6,true", "7,6,false", "6,7,true", "100,5,false", "8,5,false"})
    void rule4_onlyAnUpToDateLogGetsAVote(long lastIndex, long lastTerm, boolean isGranted) {
        for (Type type : List.of(Type.VOTE, Type.PRE_VOTE)) {
            Lab lab = Lab.follower(7, 5, 6, 6);
            lab.receive(lab.voteRequest(type, 2, 8, lastIndex, lastTerm));
            Type reply = type == Type.VOTE ? Type.VOTE_REPLY : Type.PRE_VOTE_REPLY;
            assertThat(lab.takeOne(reply).reject).isEqualTo(!isGranted);
        }
    }

    @Test
    void rule4_oneVotePerTermAndNoneAgainstAKnownLeader() {
        Lab lab = Lab.follower(5);
        lab.receive(lab.voteRequest(Type.VOTE, 2, 6, 5, 5));
        assertThat(lab.takeOne(Type.VOTE_REPLY).reject).isFalse();

        lab.receive(lab.voteRequest(Type.VOTE, 3, 6, 5, 5));
        assertThat(lab.takeOne(Type.VOTE_REPLY).reject).isTrue();
        lab.receive(lab.voteRequest(Type.VOTE, 2, 6, 5, 5));
        assertThat(lab.takeOne(Type.VOTE_REPLY).reject).isFalse();

        Lab led = Lab.follower(5);
        led.receive(led.heartbeat(3, 6, 5, 1));
        led.sent.clear();
        led.receive(led.voteRequest(Type.VOTE, 2, 6, 5, 5));
        assertThat(led.takeOne(Type.VOTE_REPLY).reject).isTrue();
    }

    @Test
    void rule5_aPreVoteChangesNeitherTermNorVoteNorTimer() {
        Lab lab = Lab.follower(5);
        long deadline = lab.raft.nextDeadlineNanos();

        for (int i = 0; i < 10; i++) {
            lab.receive(lab.voteRequest(Type.PRE_VOTE, 2, 9, 5, 5));
        }

        assertThat(lab.raft.term()).isEqualTo(5);
        assertThat(lab.raft.vote()).isZero();
        assertThat(lab.raft.nextDeadlineNanos()).isEqualTo(deadline);
        assertThat(lab.take(Type.PRE_VOTE_REPLY)).hasSize(10).noneMatch(m -> m.reject);
    }

    @Test
    void rule6_aPreCandidateForgetsItsLeaderAndItsEarlierVotes() {
        Lab lab = new Lab(1, Membership.of(1, 2, 3, 4, 5), 5);
        lab.receive(lab.heartbeat(2, 5, 5, 1));
        lab.timeOut();
        assertThat(lab.raft.role()).isEqualTo(Role.PRE_CANDIDATE);
        assertThat(lab.raft.leader()).isZero();
        assertThat(lab.raft.term()).isEqualTo(5);

        lab.receive(lab.message(Type.PRE_VOTE_REPLY, 2, 6));
        lab.timeOut();
        lab.receive(lab.message(Type.PRE_VOTE_REPLY, 3, 6));
        assertThat(lab.raft.role()).as("one vote of each attempt").isEqualTo(Role.PRE_CANDIDATE);
    }

    @Test
    void groupsThatBeginTogetherMaySpreadTheirFirstElections() {
        RaftConfig config = RaftConfig.defaults().withFirstElectionSpread(10_000 * Lab.MS);
        HardState hard = new HardState(5, 0, Lab.BASE);
        int late = 0;
        for (int group = 1; group <= 100; group++) {
            Lab lab = new Lab(config, group, Membership.of(group, 200, 300), hard, Lab.BASE);
            long waits = lab.raft.nextDeadlineNanos() - 1_000 * Lab.MS;
            assertThat(waits).isBetween(1_000 * Lab.MS, 12_000 * Lab.MS);
            late += waits > 6_500 * Lab.MS ? 1 : 0;

            lab.timeOut();
            assertThat(lab.raft.nextDeadlineNanos() - lab.now)
                    .as("the next campaign waits no longer than any")
                    .isBetween(1_000 * Lab.MS, 2_000 * Lab.MS);
        }
        assertThat(late).isBetween(30, 70);

        Lab alone = new Lab(config, 1, Membership.of(1), hard, Lab.BASE);
        assertThat(alone.raft.nextDeadlineNanos())
                .as("who decides alone waits for nobody")
                .isLessThanOrEqualTo(alone.now);
    }

    @Test
    void aRepeatedCampaignAsksAgain() {
        Lab lab = Lab.follower(5);
        lab.timeOut();
        assertThat(lab.take(Type.PRE_VOTE)).hasSize(2);
        lab.timeOut();
        assertThat(lab.take(Type.PRE_VOTE)).hasSize(2);
    }

    @Test
    void rule7_aStalePreVoteGrantDoesNotCountInTheRealCandidacyNorTheOtherWayRound() {
        Lab lab = Lab.follower(5);
        lab.raft.campaign(true, lab.now);
        lab.settle();
        lab.receive(lab.message(Type.PRE_VOTE_REPLY, 2, 6));
        lab.receive(lab.message(Type.PRE_VOTE_REPLY, 3, 7));
        assertThat(lab.raft.role()).isEqualTo(Role.CANDIDATE);

        Lab other = Lab.follower(5);
        other.timeOut();
        other.receive(other.message(Type.VOTE_REPLY, 2, 5));
        other.receive(other.message(Type.PRE_VOTE_REPLY, 2, 5));
        assertThat(other.raft.role()).isEqualTo(Role.PRE_CANDIDATE);
    }

    @Test
    void rule8_aLowerTermRequestIsAnsweredWithOurTerm() {
        Lab lab = Lab.follower(9);

        lab.receive(lab.voteRequest(Type.PRE_VOTE, 2, 7, 100, 7));
        RaftMessage reply = lab.takeOne(Type.PRE_VOTE_REPLY);
        assertThat(reply.reject).isTrue();
        assertThat(reply.term).isEqualTo(9);

        lab.receive(lab.voteRequest(Type.VOTE, 2, 7, 100, 7));
        assertThat(lab.takeOne(Type.VOTE_REPLY).term).isEqualTo(9);
    }

    @Test
    void rule9_aLeaderOfAnEarlierTermIsToldThatItIsOver() {
        Lab lab = Lab.follower(9);

        lab.receive(lab.heartbeat(2, 7, 5, 44));
        RaftMessage reply = lab.takeOne(Type.HEARTBEAT_REPLY);
        assertThat(reply.term).isEqualTo(9);
        assertThat(reply.token).as("it confirms nothing").isZero();
        lab.receive(lab.append(2, 7, 5, 5, 5));
        assertThat(lab.takeOne(Type.HEARTBEAT_REPLY).term).isEqualTo(9);

        Lab leader = Lab.leader(6);
        leader.receive(leader.message(Type.HEARTBEAT_REPLY, 2, 9));
        assertThat(leader.raft.role()).isEqualTo(Role.FOLLOWER);
        assertThat(leader.raft.term()).isEqualTo(9);
    }

    @Test
    void rule10_requestsInsideThePromiseToALiveLeaderGoUnheardExceptAHandOver() {
        Lab lab = Lab.follower(5);
        lab.receive(lab.heartbeat(2, 6, 5, 1));
        lab.sent.clear();
        lab.now += 900 * MS;

        lab.receive(lab.voteRequest(Type.VOTE, 3, 7, 99, 6));
        lab.receive(lab.voteRequest(Type.PRE_VOTE, 3, 7, 99, 6));
        assertThat(lab.sent).isEmpty();
        assertThat(lab.raft.term()).isEqualTo(6);

        RaftMessage transfer = lab.voteRequest(Type.VOTE, 3, 7, 99, 6);
        transfer.isTransfer = true;
        lab.receive(transfer);
        assertThat(lab.takeOne(Type.VOTE_REPLY).reject).isFalse();
    }

    @Test
    void rule10_aLeaderWithItsQuorumIgnoresVotes() {
        Lab lab = Lab.leader(5).committed();
        lab.receive(lab.voteRequest(Type.VOTE, 3, 99, 99, 99));
        assertThat(lab.raft.role()).isEqualTo(Role.LEADER);
        assertThat(lab.raft.term()).isEqualTo(6);
    }

    @Test
    void thePromiseEndsAfterTheMinimumElectionTimeout() {
        Lab lab = Lab.follower(5);
        lab.receive(lab.heartbeat(2, 6, 5, 1));
        lab.sent.clear();
        lab.now += 1000 * MS;
        lab.receive(lab.voteRequest(Type.VOTE, 3, 7, 99, 6));
        assertThat(lab.takeOne(Type.VOTE_REPLY).reject).isFalse();
    }

    @Test
    void rule101_neitherACampaignNorAHigherTermEndsThePromise() {
        Lab lab = Lab.follower(5);
        lab.receive(lab.heartbeat(2, 6, 5, 1));
        lab.now += 500 * MS;
        lab.raft.campaign(false, lab.now);
        lab.raft.campaign(true, lab.now);
        assertThat(lab.raft.role()).isEqualTo(Role.FOLLOWER);

        RaftMessage higher = lab.message(Type.PRE_VOTE_REPLY, 3, 9);
        higher.reject = true;
        lab.receive(higher);
        assertThat(lab.raft.term()).isEqualTo(9);
        lab.sent.clear();
        lab.receive(lab.voteRequest(Type.VOTE, 3, 9, 99, 9));
        lab.receive(lab.voteRequest(Type.PRE_VOTE, 3, 10, 99, 9));
        assertThat(lab.sent).isEmpty();

        lab.now += 500 * MS;
        lab.receive(lab.voteRequest(Type.VOTE, 3, 9, 99, 9));
        assertThat(lab.takeOne(Type.VOTE_REPLY).reject).isFalse();
    }

    @Test
    void rule11_theBelievedLeaderItselfMayAskForVotes() {
        Lab lab = Lab.follower(5);
        lab.receive(lab.heartbeat(2, 6, 5, 1));
        lab.sent.clear();

        lab.receive(lab.voteRequest(Type.PRE_VOTE, 2, 7, 99, 6));
        assertThat(lab.takeOne(Type.PRE_VOTE_REPLY).reject).isFalse();
        lab.receive(lab.voteRequest(Type.VOTE, 2, 7, 99, 6));
        assertThat(lab.takeOne(Type.VOTE_REPLY).reject).isFalse();
    }

    @Test
    void rule12_learnersVoteAndCandidatesCountOnlyTheirOwnVoters() {
        Membership membership = new Membership(new long[] {1, 2, 3}, new long[0], new long[] {4}, new long[0], false);
        Lab learner = new Lab(4, membership, 5);
        learner.receive(learner.voteRequest(Type.VOTE, 1, 6, 5, 5));
        assertThat(learner.takeOne(Type.VOTE_REPLY).reject).isFalse();

        Lab lab = new Lab(1, membership, 5);
        lab.timeOut();
        assertThat(lab.take(Type.PRE_VOTE)).extracting(m -> m.to).containsExactly(2L, 3L);
        lab.receive(lab.message(Type.PRE_VOTE_REPLY, 4, 6));
        lab.receive(lab.message(Type.PRE_VOTE_REPLY, 77, 6));
        assertThat(lab.raft.role()).isEqualTo(Role.PRE_CANDIDATE);
    }

    @Test
    void rule13_aReplicaLearnsOfItsPromotionFromAVoteRequest() {
        Membership before = new Membership(new long[] {1, 2}, new long[0], new long[] {3}, new long[0], false);
        Lab lab = new Lab(3, before, 6);
        lab.entries.append(
                new Entry(6, 6, EntryType.CONF_CHANGE, ConfChange.addVoter(3).encode()));
        lab.entries.append(new Entry(7, 6, EntryType.COMMAND, Lab.PAYLOAD));
        Restored restored = new Restored(new HardState(6, 0, 5), before, 5, 5, 7, new long[] {6}, new long[] {6}, 5);
        Raft raft = new Raft(lab.config, 3, restored, lab.entries, dev.cleave.engine.base.Randomness.seeded(1), 0);
        assertThat(raft.nextDeadlineNanos()).as("a learner does not campaign").isEqualTo(Long.MAX_VALUE);

        RaftMessage request = lab.voteRequest(Type.VOTE, 2, 7, 6, 6);
        request.commit = 6;
        request.commitTerm = 6;
        raft.step(request, 2000 * MS);
        raft.collect(lab.ready, 2000 * MS);

        assertThat(lab.ready.now(0).reject).as("its log is longer").isTrue();
        assertThat(lab.ready.applyFirst()).isEqualTo(6);
        raft.applyConf(6, ConfChange.addVoter(3));
        raft.applied(6);
        assertThat(raft.nextDeadlineNanos()).as("now it may").isLessThan(Long.MAX_VALUE);
    }

    @Test
    void rule13_aCandidateThatLearnsOfUnappliedEntriesStepsBack() {
        Lab lab = Lab.follower(6, 6, 6);
        lab.applyIsHeld = true;
        lab.raft.campaign(true, lab.now);
        lab.settle();
        RaftMessage rejection = lab.message(Type.VOTE_REPLY, 2, 7);
        rejection.reject = true;
        rejection.commit = 7;
        rejection.commitTerm = 6;
        lab.receive(rejection);
        assertThat(lab.raft.commit()).isEqualTo(7);
        assertThat(lab.raft.role()).isEqualTo(Role.FOLLOWER);

        rejection = lab.message(Type.VOTE_REPLY, 3, 7);
        rejection.reject = true;
        rejection.commit = 7;
        rejection.commitTerm = 7;
        lab.receive(rejection);
        assertThat(lab.raft.commit()).as("another entry there").isEqualTo(7);
    }

    /** Else a voter that entered a later term, and lacks only the news that it now decides alone, asks for ever. */
    @Test
    void rule13_aRejectionFromAnEarlierTermStillTellsWhatIsCommitted() {
        Lab lab = Lab.follower(7, 6, 6);
        lab.timeOut();
        assertThat(lab.raft.role()).isEqualTo(Role.PRE_CANDIDATE);

        RaftMessage rejection = lab.message(Type.PRE_VOTE_REPLY, 2, 6);
        rejection.reject = true;
        rejection.commit = 7;
        rejection.commitTerm = 6;
        lab.receive(rejection);

        assertThat(lab.raft.commit()).isEqualTo(7);
        assertThat(lab.raft.term()).isEqualTo(7);
    }

    @Test
    void rule14_nobodyCampaignsWithUnappliedCommittedEntries() {
        Lab lab = Lab.follower(5);
        lab.applyIsHeld = true;
        lab.receive(lab.append(2, 6, 5, 5, 6, 6));
        assertThat(lab.raft.commit()).isEqualTo(6);

        lab.timeOut();
        assertThat(lab.raft.role()).isEqualTo(Role.FOLLOWER);
        lab.raft.campaign(false, lab.now);
        lab.raft.campaign(true, lab.now);
        assertThat(lab.raft.role()).isEqualTo(Role.FOLLOWER);
        lab.receive(lab.message(Type.TIMEOUT_NOW, 2, 6));
        assertThat(lab.raft.role()).isEqualTo(Role.FOLLOWER);

        lab.applyHeld();
        assertThat(lab.raft.role()).as("the hand-over was only put off").isEqualTo(Role.CANDIDATE);
    }

    @Test
    void rule14_aTimerThatFoundUnappliedEntriesFiresAgain() {
        Lab lab = Lab.follower(5);
        lab.applyIsHeld = true;
        lab.receive(lab.append(2, 6, 5, 5, 6, 6));
        lab.timeOut();
        assertThat(lab.raft.nextDeadlineNanos()).isGreaterThan(lab.now);
        lab.applyHeld();
        lab.timeOut();
        assertThat(lab.raft.role()).isEqualTo(Role.PRE_CANDIDATE);
    }

    @Test
    void rule15_nobodyCampaignsWhileASnapshotIsInstalled() {
        Lab lab = Lab.follower(5);
        lab.receive(lab.snapshot(2, 6, 50, 6, Membership.of(1, 2, 3)));

        assertThat(lab.raft.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
        lab.raft.campaign(true, lab.now);
        lab.receive(lab.message(Type.TIMEOUT_NOW, 2, 6));
        assertThat(lab.raft.role()).isEqualTo(Role.FOLLOWER);
    }

    @Test
    void rule16_anUninitialisedReplicaHasNoTimerAndNeverCampaigns() {
        Lab lab = Lab.bare(9);
        assertThat(lab.raft.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
        lab.now += 100_000 * MS;
        lab.raft.onTime(lab.now);
        lab.raft.campaign(true, lab.now);
        lab.receive(lab.message(Type.TIMEOUT_NOW, 2, 6));
        assertThat(lab.raft.role()).isEqualTo(Role.FOLLOWER);
    }

    @Test
    void rule17_aDoubledTimeoutNowRaisesOneTerm() {
        Lab lab = Lab.follower(5);
        lab.receive(lab.heartbeat(2, 6, 5, 1));
        lab.receive(lab.message(Type.TIMEOUT_NOW, 2, 6));
        lab.receive(lab.message(Type.TIMEOUT_NOW, 2, 6));
        assertThat(lab.raft.term()).isEqualTo(7);
        assertThat(lab.take(Type.VOTE)).hasSize(2).allMatch(m -> m.isTransfer);
    }

    @Test
    void rule20_timeoutsAreDrawnAnewOnEachReset() {
        Lab lab = Lab.follower(5);
        java.util.Set<Long> timeouts = new java.util.TreeSet<>();
        for (int i = 0; i < 50; i++) {
            lab.receive(lab.heartbeat(2, 6, 5, i));
            timeouts.add(lab.raft.nextDeadlineNanos() - lab.now);
        }
        assertThat(timeouts).hasSizeGreaterThan(45).allMatch(t -> t >= 1000 * MS && t < 2000 * MS);
    }

    @Test
    void rule102_afterAStartNoVoteForOneMinimumElectionTimeout() {
        Lab lab = Lab.follower(5);
        lab.now -= 500 * MS;
        Raft fresh = new Raft(
                lab.config,
                1,
                new Restored(new HardState(5, 0, 5), Membership.of(1, 2, 3), 5, 5, 5, new long[0], new long[0], 5),
                lab.entries,
                dev.cleave.engine.base.Randomness.seeded(1),
                lab.now);
        fresh.step(lab.voteRequest(Type.VOTE, 2, 9, 99, 9), lab.now + 999 * MS);
        assertThat(fresh.term()).isEqualTo(5);
        fresh.step(lab.voteRequest(Type.VOTE, 2, 9, 99, 9), lab.now + 1000 * MS);
        assertThat(fresh.vote()).isEqualTo(2);
    }

    @Test
    void aLoneVoterElectsItselfOnceItsVoteIsDurable() {
        Lab lab = new Lab(1, Membership.of(1), 5);
        lab.diskIsHeld = true;
        lab.timeOut();
        assertThat(lab.raft.role()).isEqualTo(Role.CANDIDATE);
        lab.force();
        assertThat(lab.raft.role()).isEqualTo(Role.LEADER);
        assertThat(lab.raft.commit())
                .as("rule 55: its no-op is not durable yet")
                .isEqualTo(5);
        lab.force();
        assertThat(lab.raft.commit()).isEqualTo(6);
    }

    @Test
    void rule26_aNewLeaderFirstWritesANoOp() {
        Lab lab = Lab.follower(5, 5, 5).lead();
        assertThat(lab.entries.get(8).type()).isEqualTo(EntryType.NOOP);
        assertThat(lab.entries.get(8).term()).isEqualTo(6);
        assertThat(lab.raft.commit()).isEqualTo(5);
    }

    @Test
    void rejectedByAMajorityACandidateWaitsForItsNextTimeout() {
        Lab lab = Lab.follower(5);
        lab.raft.campaign(true, lab.now);
        lab.settle();
        for (long peer = 2; peer <= 3; peer++) {
            RaftMessage rejection = lab.message(Type.VOTE_REPLY, peer, 6);
            rejection.reject = true;
            lab.receive(rejection);
        }
        assertThat(lab.raft.role()).isEqualTo(Role.FOLLOWER);
        assertThat(lab.raft.vote()).as("its vote of the term is spent").isEqualTo(1);
    }

    @Test
    void aCandidateFollowsTheLeaderOfItsTerm() {
        for (boolean isAppend : new boolean[] {true, false}) {
            Lab lab = Lab.follower(5);
            lab.raft.campaign(true, lab.now);
            lab.settle();
            lab.receive(isAppend ? lab.append(2, 6, 5, 5, 5, 6) : lab.heartbeat(2, 6, 5, 1));
            assertThat(lab.raft.role()).isEqualTo(Role.FOLLOWER);
            assertThat(lab.raft.leader()).isEqualTo(2);
            assertThat(lab.raft.vote()).isEqualTo(1);
        }
    }

    @Test
    void rule41_aLeaderWithoutItsQuorumStepsDownAndKeepsItsLog() {
        Lab lab = Lab.leader(5).committed();
        lab.propose();
        lab.pass(2001);
        assertThat(lab.raft.role()).as("rule 41").isEqualTo(Role.FOLLOWER);
        assertThat(lab.raft.lastIndex()).isEqualTo(7);
        assertThat(lab.raft.term()).isEqualTo(6);
        assertThat(lab.raft.leader()).isZero();
    }

    @Test
    void checkQuorumAnyAnswerOfAMajorityKeepsALeader() {
        Lab lab = Lab.leader(5).committed();
        for (int i = 0; i < 20; i++) {
            lab.pass(300);
            lab.receive(lab.pulse(2, 0));
        }
        assertThat(lab.raft.role()).isEqualTo(Role.LEADER);
    }

    @Test
    void rule116_timeThatWasMissedIsNotMadeUpFor() {
        Lab lab = Lab.follower(5);
        lab.now += 100_000 * MS;
        for (int i = 0; i < 10; i++) {
            lab.raft.onTime(lab.now);
            lab.settle();
        }
        assertThat(lab.take(Type.PRE_VOTE)).as("one attempt").hasSize(2);

        Lab leader = Lab.leader(5).committed();
        leader.receive(leader.pulse(2, 0));
        leader.now += 900 * MS;
        for (int i = 0; i < 10; i++) {
            leader.raft.onTime(leader.now);
            leader.settle();
        }
        assertThat(leader.take(Type.HEARTBEAT)).as("one round").hasSize(2);
    }
}
