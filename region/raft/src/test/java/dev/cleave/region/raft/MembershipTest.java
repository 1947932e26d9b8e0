package dev.cleave.region.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Randomness;
import dev.cleave.region.raft.ConfChange.Op;
import dev.cleave.region.raft.ConfChange.Step;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class MembershipTest {
    private static final long[] NONE = {};

    private static Membership learners(Membership of, long... ids) {
        return new Membership(of.voters(), NONE, ids, NONE, false);
    }

    @Test
    void arraysAreSortedCopiedAndComparedByValue() {
        long[] voters = {3, 1, 2};
        Membership membership = Membership.of(voters);
        voters[0] = 99;
        membership.voters()[0] = 77;

        assertThat(membership.voters()).containsExactly(1, 2, 3);
        assertThat(membership).isEqualTo(Membership.of(2, 3, 1)).hasSameHashCodeAs(Membership.of(2, 3, 1));
        assertThat(membership).isNotEqualTo(Membership.of(1, 2));
        assertThat(Membership.EMPTY.isEmpty()).isTrue();
    }

    @Test
    void whatMustNotExistIsRefusedInWords() {
        assertThatThrownBy(() -> Membership.of(1, 1)).hasMessageContaining("named twice");
        assertThatThrownBy(() -> Membership.of(0)).hasMessageContaining("positive");
        assertThatThrownBy(() -> learners(Membership.of(1), 1)).hasMessageContaining("both voter and learner");
        assertThatThrownBy(() -> new Membership(NONE, NONE, new long[] {1}, NONE, false))
                .hasMessageContaining("at least one voter");
        assertThatThrownBy(() -> new Membership(new long[] {1}, NONE, NONE, NONE, true))
                .hasMessageContaining("joint");
        assertThatThrownBy(() -> new Membership(new long[] {1}, new long[] {2}, NONE, new long[] {3}, true))
                .hasMessageContaining("no outgoing voter");
    }

    @Test
    void oneVoterStepIsASimpleChange() {
        Membership trio = Membership.of(1, 2, 3);
        assertThat(trio.apply(ConfChange.addVoter(4))).isEqualTo(Membership.of(1, 2, 3, 4));
        assertThat(trio.apply(ConfChange.remove(3))).isEqualTo(Membership.of(1, 2));
        assertThat(trio.apply(ConfChange.addLearner(4))).isEqualTo(learners(trio, 4));
        assertThat(trio.apply(ConfChange.addLearner(3))).isEqualTo(learners(Membership.of(1, 2), 3));
        assertThat(learners(trio, 4).apply(ConfChange.addVoter(4))).isEqualTo(Membership.of(1, 2, 3, 4));
        assertThat(learners(trio, 4).apply(ConfChange.remove(4))).isEqualTo(trio);
    }

    @Test
    void learnersAloneChangeSimplyHoweverMany() {
        Membership after = learners(Membership.of(1), 2)
                .apply(ConfChange.of(new Step(Op.REMOVE, 2), new Step(Op.ADD_LEARNER, 3), new Step(Op.ADD_LEARNER, 4)));
        assertThat(after).isEqualTo(learners(Membership.of(1), 3, 4));
    }

    @Test
    void severalVoterStepsMakeAJointConfigurationAndADemotedVoterLearnsOnlyAfterIt() {
        Membership joint = learners(Membership.of(1, 2, 3), 4)
                .apply(ConfChange.of(new Step(Op.ADD_VOTER, 4), new Step(Op.ADD_LEARNER, 3), new Step(Op.REMOVE, 2)));
        assertThat(joint)
                .isEqualTo(new Membership(new long[] {1, 4}, new long[] {1, 2, 3}, NONE, new long[] {3}, true));
        assertThat(joint.isVoter(2)).isTrue();
        assertThat(joint.isVoter(3)).isTrue();
        assertThat(joint.isLearner(3)).isFalse();
        assertThat(joint.replicas()).containsExactly(1, 2, 3, 4);
        assertThat(joint.apply(ConfChange.leaveJoint())).isEqualTo(learners(Membership.of(1, 4), 3));
    }

    @Test
    void illegalChangesAreRefusedInWords() {
        Membership trio = Membership.of(1, 2, 3);
        assertThatThrownBy(() -> Membership.of(1).apply(ConfChange.remove(1))).hasMessageContaining("last voter");
        assertThatThrownBy(() -> Membership.of(1).apply(ConfChange.addLearner(1)))
                .hasMessageContaining("last voter");
        assertThatThrownBy(() -> trio.apply(ConfChange.addVoter(1))).hasMessageContaining("voter already");
        assertThatThrownBy(() -> learners(trio, 4).apply(ConfChange.addLearner(4)))
                .hasMessageContaining("learner already");
        assertThatThrownBy(() -> trio.apply(ConfChange.remove(9))).hasMessageContaining("no member");
        assertThatThrownBy(() -> trio.apply(ConfChange.leaveJoint())).hasMessageContaining("not joint");
        assertThatThrownBy(() -> trio.apply(ConfChange.of(new Step(Op.REMOVE, 1), new Step(Op.ADD_VOTER, 1))))
                .hasMessageContaining("changed twice");
        Membership joint = trio.apply(ConfChange.of(new Step(Op.REMOVE, 1), new Step(Op.ADD_VOTER, 4)));
        assertThatThrownBy(() -> joint.apply(ConfChange.addVoter(5))).hasMessageContaining("is joint");
        assertThatThrownBy(() -> Membership.EMPTY.apply(ConfChange.addVoter(5))).hasMessageContaining("uninitialised");
    }

    @Test
    void randomChangesAgreeWithPlainSetsAndKeepAdjacentQuorumsIntersecting() {
        for (long seed = 1; seed <= 300; seed++) {
            Randomness random = Randomness.seeded(seed);
            Membership now = Membership.of(1, 2, 3);
            for (int round = 0; round < 20; round++) {
                ConfChange change = now.isJoint() ? ConfChange.leaveJoint() : randomChange(random);
                Membership after;
                try {
                    after = now.apply(change);
                } catch (IllegalArgumentException illegal) {
                    continue;
                }
                Set<Long> voters = new TreeSet<>();
                Set<Long> learners = new TreeSet<>();
                for (long id : now.voters()) {
                    voters.add(id);
                }
                for (long id : now.learners()) {
                    learners.add(id);
                }
                for (long id : now.learnersNext()) {
                    learners.add(id);
                }
                for (Step step : change.steps()) {
                    voters.remove(step.replicaId());
                    learners.remove(step.replicaId());
                    if (step.op() != Op.REMOVE) {
                        (step.op() == Op.ADD_VOTER ? voters : learners).add(step.replicaId());
                    }
                }
                Membership settled = after.isJoint() ? after.apply(ConfChange.leaveJoint()) : after;
                assertThat(settled.voters()).as("seed %d", seed).containsExactly(array(voters));
                assertThat(settled.learners()).as("seed %d", seed).containsExactly(array(learners));
                assertIntersecting(now, after);
                now = after;
            }
        }
    }

    private static long[] array(Set<Long> ids) {
        return ids.stream().mapToLong(l -> l).toArray();
    }

    private static ConfChange randomChange(Randomness random) {
        List<Step> steps = new ArrayList<>();
        for (long n = random.between(1, 4); n > 0; n--) {
            steps.add(new Step(Op.values()[(int) random.below(3)], random.between(1, 6)));
        }
        return new ConfChange(steps, new byte[0]);
    }

    /** Rule 85, by brute force: no two disjoint sets of replicas can both decide, one before and one after a change. */
    private static void assertIntersecting(Membership one, Membership two) {
        for (int set = 0; set < 1 << 6; set++) {
            assertThat(decides(one, set) && decides(two, ~set))
                    .as("%s, %s", one, two)
                    .isFalse();
        }
    }

    private static boolean decides(Membership membership, int set) {
        return majority(membership.voters(), set) && majority(membership.outgoing(), set);
    }

    private static boolean majority(long[] voters, int set) {
        int count = 0;
        for (long id : voters) {
            count += (set >> id) & 1;
        }
        return voters.length == 0 || count > voters.length / 2;
    }

    @Test
    void aChangeSurvivesItsEncoding() {
        byte[] context = {9, 8, 7};
        ConfChange change = new ConfChange(
                List.of(new Step(Op.ADD_VOTER, 4), new Step(Op.ADD_LEARNER, 3), new Step(Op.REMOVE, Long.MAX_VALUE)),
                context);
        assertThat(ConfChange.decode(ByteBuffer.wrap(change.encode()))).isEqualTo(change);
        assertThat(ConfChange.decode(ByteBuffer.wrap(ConfChange.leaveJoint().encode()))
                        .isLeave())
                .isTrue();
        assertThat(ConfChange.addVoter(2).encode())
                .as("golden bytes")
                .containsExactly(1, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void brokenEncodingsAreRefusedInWords() {
        byte[] good = new ConfChange(List.of(new Step(Op.REMOVE, 5)), new byte[] {1, 2}).encode();
        for (int length = 0; length < good.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(good, 0, length);
            assertThatThrownBy(() -> ConfChange.decode(cut)).isInstanceOf(IllegalArgumentException.class);
        }
        assertBroken(good, 0, 2, "version 2");
        assertBroken(good, 1, 200, "200 steps");
        assertBroken(good, 2, 7, "unknown step kind 7");
        assertBroken(good, 14, 99, "bytes");
    }

    private static void assertBroken(byte[] good, int at, int value, String message) {
        byte[] bad = good.clone();
        bad[at] = (byte) value;
        assertThatThrownBy(() -> ConfChange.decode(ByteBuffer.wrap(bad))).hasMessageContaining(message);
    }
}
