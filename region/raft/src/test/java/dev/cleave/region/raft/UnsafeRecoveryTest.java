package dev.cleave.region.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.region.raft.RaftMessage.Type;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A majority is lost for good, and a person has said so. */
class UnsafeRecoveryTest {
    @Test
    void scenario72_theOnlySurvivorOfThreeLeadsAndCommitsAllItHolds() {
        Lab survivor = Lab.follower(6, 5, 6, 6);
        survivor.pass(3_000);
        assertThat(survivor.raft.role()).isNotEqualTo(Role.LEADER);
        assertThat(survivor.raft.commit()).isEqualTo(Lab.BASE);
        long term = survivor.raft.term();

        assertThat(recover(survivor, List.of(2L, 3L))).isTrue();
        survivor.settle();

        assertThat(survivor.raft.role()).isEqualTo(Role.LEADER);
        assertThat(survivor.raft.term()).isGreaterThan(term);
        assertThat(survivor.raft.commit()).as("what it had, and its no-op").isEqualTo(Lab.BASE + 4);
        assertThat(survivor.raft.membership()).isEqualTo(Membership.of(1));
    }

    @Test
    void scenario72_ofTwoSurvivorsOfFiveBothMustAgree() {
        Lab survivor = new Lab(1, Membership.of(1, 2, 3, 4, 5), 6, 5, 6);
        survivor.sent.clear();

        recover(survivor, List.of(3L, 4L, 5L));
        survivor.settle();

        assertThat(survivor.raft.role()).isEqualTo(Role.CANDIDATE);
        assertThat(survivor.sent)
                .filteredOn(message -> message.type == Type.VOTE)
                .extracting(message -> message.to)
                .containsExactly(2L);
        survivor.receive(survivor.message(Type.VOTE_REPLY, 2, survivor.raft.term()));
        assertThat(survivor.raft.role()).isEqualTo(Role.LEADER);
        assertThat(survivor.raft.commit()).isEqualTo(Lab.BASE);
        survivor.receive(survivor.ack(2, survivor.raft.lastIndex()));
        assertThat(survivor.raft.commit()).isEqualTo(survivor.raft.lastIndex());
    }

    @Test
    void whoLeadsOrIsNoVoterOrIsItselfNamedDoesNothing() {
        Lab leader = Lab.leader(6, 5, 6).committed();
        Lab learner = new Lab(1, new Membership(new long[] {2, 3}, new long[0], new long[] {1}, new long[0], false), 6);
        Lab named = Lab.follower(6, 5);

        assertThat(recover(leader, List.of(2L, 3L))).isFalse();
        assertThat(recover(learner, List.of(2L))).isFalse();
        assertThat(recover(named, List.of(1L, 2L))).isFalse();

        assertThat(leader.raft.membership()).isEqualTo(Membership.of(1, 2, 3));
        assertThat(named.raft.membership()).isEqualTo(Membership.of(1, 2, 3));
    }

    /** The stores that are said to be lost are only cut off from whoever said so: somebody among them still leads. */
    @Test
    void whoHearsALeaderHasNotLostItsMajority() {
        Lab follower = Lab.follower(6, 5, 6);
        follower.receive(follower.message(Type.HEARTBEAT, 2, 6));

        assertThat(recover(follower, List.of(2L, 3L))).isFalse();
        assertThat(follower.raft.membership()).isEqualTo(Membership.of(1, 2, 3));

        follower.pass(1_100);
        assertThat(recover(follower, List.of(2L, 3L))).isTrue();
    }

    /** Nothing of it is written: a restart remembers the membership that entries have made. */
    @Test
    void itIsSaidAgainAfterARestart() {
        Lab survivor = Lab.follower(6, 5, 6);
        recover(survivor, List.of(2L, 3L));
        survivor.settle();

        Lab again = Lab.follower(survivor.raft.term(), 5, 6);

        assertThat(again.raft.membership()).isEqualTo(Membership.of(1, 2, 3));
        recover(again, List.of(2L, 3L));
        again.settle();
        assertThat(again.raft.role()).isEqualTo(Role.LEADER);
    }

    @Test
    void aJointConfigurationIsOverAndWhoeverVotedInEitherHalfVotesOn() {
        Membership joint =
                new Membership(new long[] {1, 2, 9}, new long[] {1, 2, 3}, new long[] {7}, new long[] {3}, true);

        assertThat(joint.without(List.of(2L, 3L)))
                .isEqualTo(new Membership(new long[] {1, 9}, new long[0], new long[] {7}, new long[0], false));
        assertThat(joint.without(List.of(7L, 9L))).isEqualTo(Membership.of(1, 2, 3));
        assertThatThrownBy(() -> joint.without(List.of(1L, 2L, 3L, 9L))).hasMessageContaining("no voter is left");
    }

    private static boolean recover(Lab lab, List<Long> lost) {
        boolean isForced = lab.raft.recoverWithout(lost, lab.now);
        if (isForced) {
            lab.raft.campaign(true, lab.now);
        }
        return isForced;
    }
}
