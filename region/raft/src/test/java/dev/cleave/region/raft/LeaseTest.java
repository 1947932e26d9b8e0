package dev.cleave.region.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.region.raft.RaftMessage.Type;
import org.junit.jupiter.api.Test;

/** When a leader holds a lease, and what it costs those who confirmed it. */
class LeaseTest {
    private static final long NONE = Long.MIN_VALUE;
    private static final long MS = Lab.MS;

    /** Sends a round and has one follower of three confirm it; returns when it was sent. */
    private static long confirmedRound(Lab lab) {
        lab.sent.clear();
        lab.pass(301);
        long token = lab.take(Type.HEARTBEAT).get(0).token;
        long sent = lab.raft.nextDeadlineNanos() - 300 * MS;
        lab.receive(lab.pulse(2, token));
        return sent;
    }

    @Test
    void rule101_aLeaseCountsFromTheSendingOfTheConfirmedRoundAndIsShorterThanThePromise() {
        Lab lab = Lab.leader(5).committed();
        assertThat(lab.raft.leaseEndNanos()).isEqualTo(NONE);
        lab.raft.onTime(lab.now = lab.raft.nextDeadlineNanos());
        long sent = lab.now;
        lab.settle();
        long token = lab.take(Type.HEARTBEAT).get(0).token;
        lab.now += 250 * MS;
        assertThat(lab.raft.leaseEndNanos()).as("nobody has answered").isEqualTo(NONE);

        lab.receive(lab.pulse(2, token));

        assertThat(lab.raft.leaseEndNanos()).isEqualTo(sent + 800 * MS);
        assertThat(lab.config.leaseNanos() * 110 / 90).isLessThan(lab.config.electionMinNanos());
    }

    @Test
    void rule101_theWallTimeOfTheSendingComesWithIt() {
        Lab lab = Lab.leader(5).committed();
        lab.raft.atWall(7_000);
        confirmedRound(lab);
        lab.raft.atWall(9_999);

        assertThat(lab.raft.leaseSentWallMillis()).isEqualTo(7_000);
    }

    @Test
    void aRoundOfReadsRenewsTheLeaseToo() {
        Lab lab = Lab.leader(5).committed();
        lab.now += 5 * MS;
        lab.raft.readIndex(70, lab.now);
        lab.settle();
        long token = lab.take(Type.HEARTBEAT).get(0).token;

        lab.receive(lab.pulse(3, token));

        assertThat(lab.raft.leaseEndNanos()).isEqualTo(lab.now + 800 * MS);
    }

    @Test
    void rule95_noLeaseBeforeTheTermsFirstEntryIsApplied() {
        Lab lab = Lab.leader(5);
        lab.applyIsHeld = true;
        confirmedRound(lab);
        assertThat(lab.raft.leaseEndNanos()).as("not committed").isEqualTo(NONE);

        lab.receive(lab.ack(2, 6));
        assertThat(lab.raft.commit()).isEqualTo(6);
        assertThat(lab.raft.leaseEndNanos()).as("not applied").isEqualTo(NONE);

        lab.applyHeld();
        assertThat(lab.raft.leaseEndNanos()).isGreaterThan(lab.now);
    }

    @Test
    void rule101_theLeaseEndsWithTheStartOfATransferAndNeverComesBackOnceTimeoutNowHasLeft() {
        Lab lab = Lab.leader(5).committed();
        confirmedRound(lab);
        assertThat(lab.raft.leaseEndNanos()).isGreaterThan(lab.now);

        lab.raft.transferLeader(2, lab.now);
        assertThat(lab.raft.leaseEndNanos()).as("before anything is sent").isEqualTo(NONE);

        lab.settle();
        lab.pass(1001);
        confirmedRound(lab);
        assertThat(lab.raft.role()).isEqualTo(Role.LEADER);
        assertThat(lab.raft.isTransferring()).isFalse();
        assertThat(lab.raft.leaseEndNanos()).isEqualTo(NONE);
    }

    @Test
    void aTransferThatEndsBeforeItAskedAnybodyGivesTheLeaseBack() {
        Lab lab = Lab.leader(5).committed();
        lab.propose();
        lab.raft.transferLeader(2, lab.now);
        lab.settle();
        for (int round = 0; round < 4; round++) {
            confirmedRound(lab);
        }

        assertThat(lab.raft.isTransferring()).isFalse();
        assertThat(lab.raft.leaseEndNanos()).isGreaterThan(lab.now);
    }

    @Test
    void rule101_theLeaseEndsWithTheLeadership() {
        Lab lab = Lab.leader(5).committed();
        confirmedRound(lab);

        lab.receiveOnly(lab.heartbeat(2, 7, 5, 1));

        assertThat(lab.raft.leaseEndNanos()).isEqualTo(NONE);
    }

    @Test
    void rule103_fromItsProposalToItsApplicationASplitAllowsNoLease() {
        Lab lab = Lab.leader(5).committed();
        confirmedRound(lab);
        lab.applyIsHeld = true;
        assertThat(lab.raft.leaseEndNanos()).isGreaterThan(lab.now);

        long split = lab.proposeOnly(EntryType.ADMIN, Lab.PAYLOAD);
        assertThat(lab.raft.leaseEndNanos()).as("before it is sent").isEqualTo(NONE);
        lab.settle();
        lab.receive(lab.ack(2, split));
        confirmedRound(lab);
        assertThat(lab.raft.commit()).isEqualTo(split);
        assertThat(lab.raft.leaseEndNanos())
                .as("committed, and others may know")
                .isEqualTo(NONE);

        lab.applyHeld();
        assertThat(lab.raft.leaseEndNanos()).isGreaterThan(lab.now);
    }

    @Test
    void aPlainCommandLeavesTheLeaseAlone() {
        Lab lab = Lab.leader(5).committed();
        confirmedRound(lab);
        lab.propose();

        assertThat(lab.raft.leaseEndNanos()).isGreaterThan(lab.now);
    }

    @Test
    void rule94_afterAChangeOfReplicasTheNewQuorumMustHaveConfirmed() {
        Lab lab = Lab.leader(5).committed();
        confirmedRound(lab);
        long change = lab.propose(ConfChange.of(
                new ConfChange.Step(ConfChange.Op.ADD_VOTER, 4),
                new ConfChange.Step(ConfChange.Op.ADD_VOTER, 5),
                new ConfChange.Step(ConfChange.Op.REMOVE, 2),
                new ConfChange.Step(ConfChange.Op.REMOVE, 3)));
        assertThat(lab.raft.leaseEndNanos()).as("under way").isEqualTo(NONE);

        lab.receive(lab.ack(2, change));
        assertThat(lab.raft.membership().isJoint()).isTrue();
        lab.sent.clear();
        lab.pass(301);
        long token = lab.take(Type.HEARTBEAT).get(0).token;
        lab.receive(lab.pulse(2, token));
        lab.receive(lab.pulse(3, token));
        assertThat(lab.raft.leaseEndNanos()).as("the old half alone").isEqualTo(NONE);
    }

    @Test
    void rule102_whoWasHereBeforeIsNotMadeToCampaignAtOnce() {
        Lab lab = Lab.follower(5);
        Raft restarted = new Raft(
                lab.config,
                1,
                new Restored(new HardState(5, 0, 5), Membership.of(1, 2, 3), 5, 5, 5, new long[0], new long[0], 5),
                lab.entries,
                dev.cleave.engine.base.Randomness.seeded(1),
                lab.now);

        restarted.campaign(true, lab.now + 999 * MS);
        assertThat(restarted.role()).isEqualTo(Role.FOLLOWER);
        restarted.campaign(true, lab.now + 1000 * MS);
        assertThat(restarted.role()).isEqualTo(Role.CANDIDATE);
    }

    @Test
    void rule102_anUnbornReplicaWithALogMayHavePromisedInAnEarlierLife() {
        Lab lab = new Lab(1, Membership.EMPTY, 6, 6, 6);
        lab.now -= 2 * MS;

        lab.receive(lab.voteRequest(Type.VOTE, 2, 9, 7, 6));
        assertThat(lab.take(Type.VOTE_REPLY)).isEmpty();
        lab.now += 2 * MS;
        lab.receive(lab.voteRequest(Type.VOTE, 2, 9, 7, 6));
        assertThat(lab.takeOne(Type.VOTE_REPLY).reject).isFalse();
    }

    @Test
    void rule102_aHostMayAskForTheSilenceOfAnEarlierLife() {
        Lab lab = Lab.bare(1);
        lab.raft.promiseUntil(lab.now + 100 * MS);

        lab.receive(lab.voteRequest(Type.VOTE, 2, 9, 7, 6));
        assertThat(lab.take(Type.VOTE_REPLY)).isEmpty();
        lab.now += 100 * MS;
        lab.receive(lab.voteRequest(Type.VOTE, 2, 9, 7, 6));
        assertThat(lab.takeOne(Type.VOTE_REPLY).reject).isFalse();
    }

    /** Else a leader with many reads would no longer know when a confirmed round began, and never hold a lease again. */
    @Test
    void readsThatComeFasterThanAnswersShareRounds() {
        Lab lab = Lab.leader(5).committed();
        long last = 0;
        for (int read = 1; read <= 3 * Reads.ROUNDS_UNDER_WAY_MAX; read++) {
            lab.raft.readIndex(read, lab.now);
            lab.settle();
            for (RaftMessage beat : lab.take(Type.HEARTBEAT)) {
                last = beat.token;
            }
        }
        lab.receive(lab.pulse(2, last));

        assertThat(lab.raft.leaseEndNanos()).isGreaterThan(lab.now);
        long following = lab.take(Type.HEARTBEAT).get(0).token;
        assertThat(following).isEqualTo(last + 1);
        lab.receive(lab.pulse(2, following));
        assertThat(lab.reads).hasSize(3 * Reads.ROUNDS_UNDER_WAY_MAX);
    }
}
