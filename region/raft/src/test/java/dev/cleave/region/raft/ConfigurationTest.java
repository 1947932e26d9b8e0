package dev.cleave.region.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.region.raft.ConfChange.Op;
import dev.cleave.region.raft.ConfChange.Step;
import dev.cleave.region.raft.RaftMessage.Type;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
    private static final Membership TRIO = Membership.of(1, 2, 3);
    private static final ConfChange SWAP_3_FOR_4 = ConfChange.of(new Step(Op.ADD_VOTER, 4), new Step(Op.REMOVE, 3));
    private static final ConfChange SWAP_1_FOR_4 = ConfChange.of(new Step(Op.ADD_VOTER, 4), new Step(Op.REMOVE, 1));

    private static Lab leader(Membership membership) {
        return Lab.leader(RaftConfig.defaults(), membership).committed();
    }

    private static void ackAll(Lab lab) {
        for (long peer : lab.raft.membership().replicas()) {
            if (peer != lab.raft.id() && lab.raft.role() == Role.LEADER) {
                lab.receive(lab.ack(peer, lab.raft.lastIndex()));
            }
        }
    }

    @Test
    void rule81_oneChangeAtATime() {
        Lab lab = leader(TRIO);
        assertThat(lab.propose(ConfChange.addLearner(4))).isEqualTo(7);
        assertThat(lab.raft.hasPendingConf()).isTrue();
        assertThat(lab.propose(ConfChange.addLearner(5))).isEqualTo(Raft.CONF_PENDING);
        assertThat(lab.propose()).as("other proposals pass").isEqualTo(8);
        ackAll(lab);
        assertThat(lab.raft.membership().isLearner(4)).isTrue();
        assertThat(lab.propose(ConfChange.addLearner(5))).isPositive();
    }

    @Test
    void rule81_rule84_aNewLeaderWaitsForItsTermAndForAllItFound() {
        Lab lab = Lab.leader(6, 6, 6);
        assertThat(lab.propose(ConfChange.addLearner(4))).isEqualTo(Raft.CONF_PENDING);
        lab.applyIsHeld = true;
        lab.receive(lab.ack(2, 8));
        assertThat(lab.raft.commit()).isEqualTo(8);
        assertThat(lab.propose(ConfChange.addLearner(4)))
                .as("committed, not applied")
                .isEqualTo(Raft.CONF_PENDING);
        lab.applyHeld();
        assertThat(lab.propose(ConfChange.addLearner(4))).isPositive();
    }

    @Test
    void rule84_evenWithNothingUnappliedTheOwnTermMustHaveCommitted() {
        Lab lab = Lab.leader(5);
        assertThat(lab.raft.hasPendingConf()).isFalse();
        assertThat(lab.propose(ConfChange.addLearner(4))).isEqualTo(Raft.CONF_PENDING);
    }

    @Test
    void rule82_anAppendWithAChangeCarriesACommitThatCoversTheEarlierOne() {
        Lab lab = leader(TRIO);
        long first = lab.propose(ConfChange.addLearner(4));
        ackAll(lab);
        lab.sent.clear();
        lab.propose(ConfChange.addLearner(5));
        assertThat(lab.take(Type.APPEND)).isNotEmpty().allMatch(m -> m.commit >= first);

        Lab follower = Lab.follower(5);
        follower.receive(follower.append(2, 6, 5, 5, 6, 6, 6));
        assertThat(follower.marks).hasSize(1);
        assertThat(follower.raft.commit()).as("in one record with the entry").isEqualTo(6);
    }

    @Test
    void rule83_anIllegalOrRejectedChangeIsNeutral() {
        Lab lab = leader(TRIO);
        lab.propose(ConfChange.addVoter(2));
        ackAll(lab);
        assertThat(lab.raft.membership()).isEqualTo(TRIO);
        lab.applyIsHeld = true;
        long index = lab.propose(ConfChange.addVoter(4));
        ackAll(lab);
        assertThat(lab.raft.applyConf(index, null)).isEqualTo(TRIO);
        lab.raft.applied(index);
        assertThat(lab.raft.hasPendingConf()).isFalse();
    }

    @Test
    void rule85_aJointConfigurationNeedsBothMajorities() {
        Lab lab = leader(TRIO);
        lab.applyIsHeld = true;
        lab.propose(ConfChange.of(new Step(Op.ADD_VOTER, 4), new Step(Op.ADD_VOTER, 5), new Step(Op.ADD_VOTER, 6)));
        ackAll(lab);
        lab.applyHeld();
        assertThat(lab.raft.membership().isJoint()).isTrue();
        long before = lab.raft.commit();
        long index = lab.propose();
        lab.receive(lab.ack(2, index));
        lab.receive(lab.ack(3, index));
        assertThat(lab.raft.commit()).as("outgoing majority only").isEqualTo(before);
        lab.receive(lab.ack(4, index));
        assertThat(lab.raft.commit()).isEqualTo(index);
    }

    @Test
    void rule86_theLeaderLeavesByItself() {
        Lab lab = leader(TRIO);
        lab.propose(SWAP_3_FOR_4);
        ackAll(lab);
        assertThat(lab.raft.membership().isJoint()).isTrue();
        assertThat(lab.entries.get(lab.raft.lastIndex()).type()).isEqualTo(EntryType.CONF_CHANGE);
        assertThat(lab.propose(ConfChange.addLearner(9))).isEqualTo(Raft.CONF_PENDING);
        ackAll(lab);
        assertThat(lab.raft.membership()).isEqualTo(Membership.of(1, 2, 4));
        assertThat(lab.propose(ConfChange.addLearner(9))).isPositive();
    }

    @Test
    void rule86_aNewLeaderOfAJointConfigurationLeavesToo() {
        Membership joint = TRIO.apply(SWAP_3_FOR_4);
        Lab lab = Lab.leader(RaftConfig.defaults(), joint);
        assertThat(lab.raft.lastIndex()).isEqualTo(6);
        ackAll(lab);
        assertThat(lab.raft.lastIndex()).as("no-op, leave, its witness").isEqualTo(8);
        ackAll(lab);
        assertThat(lab.raft.membership()).isEqualTo(Membership.of(1, 2, 4));
    }

    @Test
    void rule86_aSecondLeaveIsNeutral() {
        Lab lab = leader(TRIO);
        lab.propose(ConfChange.leaveJoint());
        ackAll(lab);
        assertThat(lab.raft.membership()).isEqualTo(TRIO);
        assertThat(lab.raft.role()).isEqualTo(Role.LEADER);
    }

    @Test
    void rule87_aRemovedLeaderCommitsTheChangeTellsTheOthersAndStepsDown() {
        Lab lab = leader(TRIO);
        lab.applyIsHeld = true;
        long index = lab.propose(ConfChange.remove(1));
        lab.sent.clear();
        lab.receive(lab.ack(2, index));
        lab.receive(lab.ack(3, index));
        assertThat(lab.take(Type.HEARTBEAT))
                .as("rule 88: they learn of the commit")
                .anyMatch(m -> m.commit == index);
        assertThat(lab.raft.role()).isEqualTo(Role.LEADER);

        lab.applyHeld();
        assertThat(lab.raft.role()).isEqualTo(Role.FOLLOWER);
        assertThat(lab.propose()).isEqualTo(Raft.NOT_LEADER);
        assertThat(lab.takeOne(Type.TIMEOUT_NOW).to).isEqualTo(2);
        assertThat(lab.raft.nextDeadlineNanos()).as("it never campaigns again").isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void rule87_aDemotedLeaderStepsDown() {
        Lab lab = leader(TRIO);
        lab.propose(ConfChange.addLearner(1));
        ackAll(lab);
        assertThat(lab.raft.role()).isEqualTo(Role.FOLLOWER);
        assertThat(lab.raft.membership().isLearner(1)).isTrue();
    }

    @Test
    void aLeaderThatTheNewConfigurationDropsHandsOverAndDoesNotLeave() {
        Lab lab = leader(TRIO);
        lab.propose(SWAP_1_FOR_4);
        lab.receive(lab.ack(3, 7));
        lab.receive(lab.ack(2, 7));
        assertThat(lab.raft.membership().isJoint()).isTrue();
        assertThat(lab.raft.role()).isEqualTo(Role.LEADER);
        assertThat(lab.raft.isTransferring()).isTrue();
        assertThat(lab.raft.lastIndex()).as("no leave entry").isEqualTo(7);
        assertThat(lab.take(Type.TIMEOUT_NOW)).isNotEmpty().allMatch(m -> m.to == 2 || m.to == 3);

        for (int i = 0; i < 14; i++) {
            lab.pass(300);
            lab.receive(lab.pulse(2, 0));
            lab.receive(lab.pulse(3, 0));
            lab.receive(lab.pulse(4, 0));
        }
        assertThat(lab.take(Type.TIMEOUT_NOW).size()).as("tried again").isGreaterThan(2);
        assertThat(lab.raft.lastIndex()).as("the witness").isEqualTo(8);
        assertThat(lab.entries.get(8).type()).isEqualTo(EntryType.NOOP);
    }

    @Test
    void rule23_aRemovalIsKnownOnceAnEntryBehindItIsCommitted() {
        Lab lab = leader(Membership.of(1, 2, 3, 4));
        assertThat(lab.raft.isMembershipKnown()).isTrue();
        long change = lab.propose(ConfChange.remove(4));
        lab.receive(lab.ack(2, change));
        lab.sent.clear();
        lab.receive(lab.ack(4, change));
        assertThat(lab.raft.membership()).isEqualTo(TRIO);
        assertThat(lab.raft.isMembershipKnown()).isFalse();

        long witness = lab.raft.lastIndex();
        assertThat(lab.entries.get(witness).type()).isEqualTo(EntryType.NOOP);
        assertThat(lab.take(Type.APPEND))
                .filteredOn(m -> m.lastIndex == witness)
                .as("whoever takes it knows the change to be committed")
                .isNotEmpty()
                .allMatch(m -> m.commit >= change && m.to != 4);
        lab.receive(lab.ack(4, witness));
        assertThat(lab.raft.isMembershipKnown()).as("who was removed").isFalse();
        lab.receive(lab.ack(3, witness));
        assertThat(lab.raft.isMembershipKnown()).isTrue();
        assertThat(lab.raft.lastIndex()).as("one is enough").isEqualTo(witness);
    }

    @Test
    void rule23_aRemovalIsNotKnownByTheEntriesThatWereSentBeforeItTookEffect() {
        Lab lab = leader(Membership.of(1, 2, 3, 4));
        lab.applyIsHeld = true;
        long change = lab.propose(ConfChange.remove(4));
        long behind = lab.propose();
        lab.receive(lab.ack(2, behind));
        lab.receive(lab.ack(3, behind));
        assertThat(lab.raft.commit()).isEqualTo(behind);

        lab.applyHeld();

        assertThat(lab.raft.membership()).isEqualTo(TRIO);
        assertThat(lab.raft.isMembershipKnown()).isFalse();
        assertThat(lab.raft.lastIndex()).isEqualTo(behind + 1);
        lab.receive(lab.ack(2, behind + 1));
        assertThat(lab.raft.isMembershipKnown()).isTrue();
        assertThat(lab.raft.hasPendingConf()).isFalse();
    }

    @Test
    void rule23_aNewLeaderKnowsOnceItsTermHasCommitted() {
        Lab lab = Lab.leader(5);
        assertThat(lab.raft.isMembershipKnown()).isFalse();
        lab.receive(lab.ack(2, 6));
        assertThat(lab.raft.isMembershipKnown()).isTrue();
    }

    @Test
    void rule91_aSmallerQuorumCommitsWhatWasWaiting() {
        Lab lab = leader(Membership.of(1, 2, 3, 4));
        long change = lab.propose(ConfChange.remove(4));
        long waiting = lab.propose();
        lab.receive(lab.ack(2, waiting));
        assertThat(lab.raft.commit()).isEqualTo(change - 1);
        lab.raft.readIndex(70, lab.now);
        lab.settle();
        lab.receive(lab.ack(3, change));
        assertThat(lab.raft.membership()).isEqualTo(TRIO);
        assertThat(lab.raft.commit()).as("1 and 2 of three").isEqualTo(waiting);
    }

    @Test
    void rule92_aTransferToARemovedReplicaIsAborted() {
        Lab lab = leader(TRIO);
        long index = lab.propose(ConfChange.remove(3));
        assertThat(lab.raft.transferLeader(3, lab.now)).isTrue();
        lab.receive(lab.ack(2, index));
        assertThat(lab.raft.isTransferring()).isFalse();
    }

    @Test
    void aNewLearnerStartsInProbeAndDoesNotCount() {
        Lab lab = leader(Membership.of(1, 2));
        lab.propose(ConfChange.addLearner(3));
        ackAll(lab);
        assertThat(lab.take(Type.APPEND)).anyMatch(m -> m.to == 3);
        lab.receive(lab.ack(2, lab.raft.lastIndex()));
        long index = lab.propose();
        lab.receive(lab.ack(3, index));
        assertThat(lab.raft.commit()).isEqualTo(index - 1);
        assertThat(lab.raft.match(3)).isEqualTo(index);
        assertThat(lab.raft.leastSpared()).isEqualTo(index - 1);
    }

    @Test
    void aDemotedVoterCountsUntilTheJointConfigurationIsLeft() {
        Lab lab = leader(TRIO);
        lab.propose(ConfChange.of(new Step(Op.ADD_LEARNER, 3), new Step(Op.ADD_VOTER, 4)));
        lab.receive(lab.ack(2, 7));
        Membership joint = lab.raft.membership();
        assertThat(joint.isVoter(3)).isTrue();
        ackAll(lab);
        assertThat(lab.raft.membership())
                .isEqualTo(new Membership(new long[] {1, 2, 4}, new long[0], new long[] {3}, new long[0], false));
        assertThat(lab.raft.match(3)).as("its progress stayed").isGreaterThanOrEqualTo(8);
    }

    @Test
    void aChangeDoesNotRunWhileTheLeaderHandsOver() {
        Lab lab = leader(TRIO);
        lab.raft.transferLeader(2, lab.now);
        assertThat(lab.propose(ConfChange.addLearner(4))).isEqualTo(Raft.TRANSFERRING);
        assertThat(List.of(lab.propose())).containsExactly(Raft.TRANSFERRING);
    }
}
