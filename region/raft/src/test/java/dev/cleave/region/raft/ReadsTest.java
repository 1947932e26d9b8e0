package dev.cleave.region.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.region.raft.RaftMessage.Type;
import org.junit.jupiter.api.Test;

class ReadsTest {
    @Test
    void rule95_noReadBeforeTheTermHasCommitted() {
        Lab lab = Lab.leader(5);
        assertThat(lab.raft.readIndex(1, lab.now)).isFalse();
        lab.receive(lab.ack(2, 6));
        assertThat(lab.raft.readIndex(1, lab.now)).isTrue();
        assertThat(Lab.follower(5).raft.readIndex(1, 0)).isFalse();
    }

    @Test
    void aReadIsConfirmedByAQuorumOfARoundBegunAfterIt() {
        Lab lab = Lab.leader(5).committed();
        lab.raft.readIndex(70, lab.now);
        lab.raft.readIndex(71, lab.now);
        lab.settle();
        var round = lab.take(Type.HEARTBEAT);
        assertThat(round).hasSize(2);
        assertThat(lab.reads).isEmpty();
        lab.receive(lab.pulse(2, round.get(0).token));
        assertThat(lab.reads).as("they share the round").containsExactly(70L, 71L);
    }

    @Test
    void rule96_anAnswerToAnEarlierRoundConfirmsNothing() {
        Lab lab = Lab.leader(5).committed();
        lab.raft.readIndex(70, lab.now);
        lab.settle();
        long first = lab.take(Type.HEARTBEAT).get(0).token;
        lab.raft.readIndex(71, lab.now);
        lab.settle();
        long second = lab.take(Type.HEARTBEAT).get(0).token;
        assertThat(second).isGreaterThan(first);

        lab.receive(lab.pulse(2, first));
        lab.receive(lab.pulse(2, first));
        assertThat(lab.reads).containsExactly(70L);
        lab.receive(lab.pulse(3, second));
        assertThat(lab.reads).containsExactly(70L, 71L);
    }

    @Test
    void rule96_aReadDoesNotJoinARoundOfTheHeartbeatTimer() {
        Lab lab = Lab.leader(5).committed();
        lab.pass(301);
        long beat = lab.take(Type.HEARTBEAT).get(0).token;
        lab.raft.readIndex(70, lab.now);
        lab.settle();
        lab.receive(lab.pulse(2, beat));
        assertThat(lab.reads).isEmpty();
        lab.receive(lab.pulse(2, beat + 99));
        assertThat(lab.reads).as("a round that never was").isEmpty();
    }

    @Test
    void aLostRoundIsRepeatedByTheNextHeartbeat() {
        Lab lab = Lab.leader(5).committed();
        lab.raft.readIndex(70, lab.now);
        lab.settle();
        lab.take(Type.HEARTBEAT);
        lab.pass(301);
        lab.receive(lab.pulse(3, lab.take(Type.HEARTBEAT).get(0).token));
        assertThat(lab.reads).containsExactly(70L);
    }

    @Test
    void rule97_readsEndWithTheLeadership() {
        Lab lab = Lab.leader(5).committed();
        lab.raft.readIndex(70, lab.now);
        lab.settle();
        long token = lab.take(Type.HEARTBEAT).get(0).token;
        lab.roleChanged = false;
        lab.receive(lab.heartbeat(2, 7, 5, 1));
        assertThat(lab.roleChanged).isTrue();
        lab.receive(lab.pulse(2, token));
        lab.receive(lab.pulse(3, token));
        assertThat(lab.reads).isEmpty();
    }

    @Test
    void rule99_learnersDoNotConfirm() {
        Membership membership =
                new Membership(new long[] {1, 2, 3}, new long[0], new long[] {4, 5}, new long[0], false);
        Lab lab = Lab.leader(RaftConfig.defaults(), membership).committed();
        lab.raft.readIndex(70, lab.now);
        lab.settle();
        long token = lab.take(Type.HEARTBEAT).get(0).token;
        lab.receive(lab.pulse(4, token));
        lab.receive(lab.pulse(5, token));
        assertThat(lab.reads).isEmpty();
        lab.receive(lab.pulse(3, token));
        assertThat(lab.reads).hasSize(1);
    }

    @Test
    void aLoneVoterConfirmsItself() {
        Lab lab = Lab.leader(RaftConfig.defaults(), Membership.of(1));
        assertThat(lab.raft.readIndex(70, lab.now)).isTrue();
        lab.settle();
        assertThat(lab.reads).containsExactly(70L);
        assertThat(lab.sent).isEmpty();
    }

    /** Its stored commit index may lie behind what it has acknowledged. */
    @Test
    void rule100_aLoneVoterReadsNothingAfterARestartBeforeAllItHadIsCommittedAgain() {
        Lab lab = new Lab(RaftConfig.defaults(), 1, Membership.of(1), new HardState(6, 0, 6), 6, 6, 6, 6);
        lab.diskIsHeld = true;
        lab.timeOut();
        lab.force();
        assertThat(lab.raft.role()).isEqualTo(Role.LEADER);
        assertThat(lab.raft.commit()).isEqualTo(6);

        assertThat(lab.raft.readIndex(70, lab.now)).isFalse();
        assertThat(lab.raft.leaseEndNanos()).isEqualTo(Long.MIN_VALUE);
        lab.force();
        assertThat(lab.raft.commit()).isEqualTo(9);
        assertThat(lab.raft.readIndex(70, lab.now)).isTrue();
        lab.settle();
        assertThat(lab.reads).containsExactly(70L);
    }

    @Test
    void rule85_aJointReadNeedsBothHalves() {
        Membership joint = new Membership(new long[] {1, 4, 5}, new long[] {1, 2, 3}, new long[0], new long[0], true);
        Lab lab = Lab.leader(RaftConfig.defaults(), joint).committed();
        lab.raft.readIndex(70, lab.now);
        lab.settle();
        long token = lab.take(Type.HEARTBEAT).get(0).token;
        lab.receive(lab.pulse(4, token));
        lab.receive(lab.pulse(5, token));
        assertThat(lab.reads).isEmpty();
        lab.receive(lab.pulse(2, token));
        assertThat(lab.reads).hasSize(1);
    }

    @Test
    void theQueueOfReadsIsBounded() {
        Lab lab = Lab.leader(5).committed();
        for (int i = 0; i < Reads.READS_MAX; i++) {
            assertThat(lab.raft.readIndex(i, lab.now)).isTrue();
        }
        assertThat(lab.raft.readIndex(-1, lab.now)).isFalse();
    }

    @Test
    void rule101_aLeaseCountsFromTheSendingOfTheConfirmedRound() {
        Lab lab = Lab.leader(5).committed();
        assertThat(lab.raft.quorumContactNanos()).isEqualTo(Long.MIN_VALUE);
        lab.raft.onTime(lab.now = lab.raft.nextDeadlineNanos());
        long began = lab.now;
        lab.settle();
        long token = lab.take(Type.HEARTBEAT).get(0).token;
        lab.now += 200 * Lab.MS;
        lab.receive(lab.pulse(2, token));
        assertThat(lab.raft.quorumContactNanos()).isEqualTo(began);
    }
}
