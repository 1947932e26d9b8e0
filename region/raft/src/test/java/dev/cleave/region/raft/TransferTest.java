package dev.cleave.region.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.region.raft.RaftMessage.Type;
import org.junit.jupiter.api.Test;

class TransferTest {
    @Test
    void anUpToDateTargetIsAskedAtOnce() {
        Lab lab = Lab.leader(5).committed();
        assertThat(lab.raft.transferLeader(2, lab.now)).isTrue();
        lab.settle();
        assertThat(lab.takeOne(Type.TIMEOUT_NOW).to).isEqualTo(2);
        assertThat(lab.raft.hasSentTimeoutNow()).isTrue();
    }

    /** Each try costs an election timeout without proposals, and whoever wants it asks again. Simulator seed 12627, 30 s. */
    @Test
    void aSilentTargetIsRefusedAndProposalsGoOn() {
        Lab lab = Lab.leader(5).committed();
        for (int i = 0; i < 8; i++) {
            lab.pass(300);
            lab.receive(lab.pulse(3, 0));
        }

        assertThat(lab.raft.transferLeader(2, lab.now)).isFalse();

        assertThat(lab.raft.isTransferring()).isFalse();
        assertThat(lab.propose()).isPositive();
    }

    @Test
    void aSlowTargetIsFedFirst() {
        Lab lab = Lab.leader(5).committed();
        lab.propose();
        lab.raft.transferLeader(2, lab.now);
        lab.settle();
        assertThat(lab.take(Type.TIMEOUT_NOW)).isEmpty();
        assertThat(lab.raft.hasSentTimeoutNow()).isFalse();
        lab.receive(lab.ack(2, 7));
        assertThat(lab.takeOne(Type.TIMEOUT_NOW).to).isEqualTo(2);
    }

    @Test
    void proposalsAreRefusedUntilItEndsOrIsAbortedAfterOneElectionTimeout() {
        Lab lab = Lab.leader(5).committed();
        lab.raft.transferLeader(2, lab.now);
        assertThat(lab.propose()).isEqualTo(Raft.TRANSFERRING);
        lab.pass(400);
        lab.receive(lab.pulse(3, 0));
        assertThat(lab.take(Type.TIMEOUT_NOW)).as("repeated, it may be lost").isNotEmpty();
        lab.pass(601);
        assertThat(lab.raft.isTransferring()).isFalse();
        assertThat(lab.raft.role()).isEqualTo(Role.LEADER);
        assertThat(lab.propose()).isPositive();
        assertThat(lab.raft.hasSentTimeoutNow())
                .as("it may still fire: no lease")
                .isTrue();
    }

    @Test
    void rule18_aNewTermForgetsIt() {
        Lab lab = Lab.leader(5).committed();
        lab.raft.transferLeader(2, lab.now);
        lab.receive(lab.heartbeat(3, 9, 5, 1));
        assertThat(lab.raft.isTransferring()).isFalse();
        lab.now += 1001 * Lab.MS;
        lab.lead();
        assertThat(lab.raft.isTransferring()).isFalse();
        assertThat(lab.raft.hasSentTimeoutNow()).isFalse();
    }

    @Test
    void onlyAnotherVoterCanTakeOver() {
        Membership membership = new Membership(new long[] {1, 2, 3}, new long[0], new long[] {4}, new long[0], false);
        Lab lab = Lab.leader(RaftConfig.defaults(), membership).committed();
        assertThat(lab.raft.transferLeader(1, lab.now)).isFalse();
        assertThat(lab.raft.transferLeader(4, lab.now)).isFalse();
        assertThat(lab.raft.transferLeader(9, lab.now)).isFalse();
        assertThat(Lab.follower(5).raft.transferLeader(2, 0)).isFalse();
    }

    @Test
    void aSecondTransferToAnotherReplacesTheFirstAndToTheSameChangesNothing() {
        Lab lab = Lab.leader(5).committed();
        lab.raft.transferLeader(2, lab.now);
        lab.settle();
        lab.pass(500);
        lab.sent.clear();
        lab.raft.transferLeader(2, lab.now);
        lab.settle();
        assertThat(lab.take(Type.TIMEOUT_NOW)).isEmpty();
        lab.raft.transferLeader(3, lab.now);
        lab.settle();
        assertThat(lab.takeOne(Type.TIMEOUT_NOW).to).isEqualTo(3);
    }

    @Test
    void theTargetsVoteDeposesTheLeader() {
        Lab lab = Lab.leader(5).committed();
        lab.raft.transferLeader(2, lab.now);
        RaftMessage request = lab.voteRequest(Type.VOTE, 2, 7, 6, 6);
        request.isTransfer = true;
        lab.sent.clear();
        lab.receive(request);
        assertThat(lab.raft.role()).isEqualTo(Role.FOLLOWER);
        assertThat(lab.take(Type.VOTE_REPLY)).hasSize(1).noneMatch(m -> m.reject);
    }
}
