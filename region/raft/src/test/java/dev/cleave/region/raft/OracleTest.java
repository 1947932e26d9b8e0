package dev.cleave.region.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.region.raft.ConfChange.Op;
import dev.cleave.region.raft.ConfChange.Step;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Quorums and configuration changes against an oracle that tries everything: all configurations over five replicas. Sets of
 * replicas are bits, 1 for replica 1, 2 for replica 2, 4 for replica 3.
 */
class OracleTest {
    private static final int IDS = 5;
    private static final int SETS = 1 << IDS;
    private static final int THREES = 243;
    private static final long[] NONE = {};

    /** rules: 85, 99 */
    @Test
    void whatAQuorumHoldsInEveryConfiguration() {
        Tracker tracker = new Tracker(RaftConfig.defaults());
        for (int incoming = 1; incoming < SETS; incoming++) {
            for (int outgoing = 0; outgoing < SETS; outgoing++) {
                Membership membership = membership(incoming, outgoing);
                tracker.clear();
                tracker.follow(membership, 1, 0);
                for (int values = 0; values < THREES; values++) {
                    for (int id = 1; id <= IDS; id++) {
                        Progress peer = tracker.find(id);
                        boolean isVoter = has(incoming | outgoing, id);
                        peer.match = isVoter ? digit(values, id) : 9;
                        peer.round = isVoter ? digit(values, id) : 9;
                        peer.heardNanos = isVoter ? digit(values, id) : 9;
                    }
                    long expected = held(incoming, outgoing, values);
                    if (tracker.agreedMatch() != expected
                            || tracker.agreedRound() != expected
                            || tracker.agreedHeard() != expected) {
                        throw new AssertionError(membership + " with " + values + ": " + tracker.agreedMatch() + ", "
                                + tracker.agreedRound() + ", " + tracker.agreedHeard() + ", not " + expected);
                    }
                }
            }
        }
    }

    private static long held(int incoming, int outgoing, int values) {
        for (long value = 2; value > 0; value--) {
            int holders = 0;
            for (int id = 1; id <= IDS; id++) {
                holders |= digit(values, id) >= value ? bit(id) : 0;
            }
            if (decides(incoming, outgoing, holders)) {
                return value;
            }
        }
        return 0;
    }

    /** rules: 12, 85 */
    @Test
    void howEveryVoteStandsInEveryConfiguration() {
        for (int incoming = 1; incoming < SETS; incoming++) {
            for (int outgoing = 0; outgoing < SETS; outgoing++) {
                Membership membership = membership(incoming, outgoing);
                for (int answers = 0; answers < THREES; answers++) {
                    Votes votes = new Votes();
                    int yes = 0;
                    int no = 0;
                    for (int id = 1; id <= IDS; id++) {
                        int answer = digit(answers, id);
                        if (answer > 0) {
                            votes.record(id, answer == 1);
                            yes |= answer == 1 ? bit(id) : 0;
                            no |= answer == 2 ? bit(id) : 0;
                        }
                    }
                    Quorum.Tally expected = decides(incoming, outgoing, yes)
                            ? Quorum.Tally.WON
                            : decides(incoming, outgoing, ~no) ? Quorum.Tally.PENDING : Quorum.Tally.LOST;
                    if (votes.tally(membership) != expected) {
                        throw new AssertionError(membership + ", yes " + yes + ", no " + no + ": "
                                + votes.tally(membership) + ", not " + expected);
                    }
                }
            }
        }
    }

    /** From every configuration to every other, in one change: the right one is reached, by way of a joint one if more than one voter changes. */
    @Test
    void rule85_everyChangeReachesItsConfigurationThroughQuorumsThatIntersect() {
        int legal = 0;
        int joint = 0;
        for (int from = 0; from < THREES; from++) {
            if (voters(from) == 0) {
                continue;
            }
            Membership before = roles(from);
            for (int to = 0; to < THREES; to++) {
                ConfChange change = change(from, to);
                if (change.isLeave()) {
                    continue;
                }
                Membership after = applied(before, change);
                if (voters(to) == 0) {
                    assertThat(after).as("%s %s", before, change).isEqualTo(Membership.EMPTY);
                    continue;
                }
                legal++;
                int moved = Integer.bitCount(voters(from) ^ voters(to));
                if (after.isEmpty() || after.isJoint() != (moved > 1)) {
                    throw new AssertionError(before + " with " + change + " gives " + after);
                }
                assertIntersecting(before, after);
                if (after.isJoint()) {
                    joint++;
                    Membership settled = after.apply(ConfChange.leaveJoint());
                    assertIntersecting(after, settled);
                    after = settled;
                }
                if (!after.equals(roles(to))) {
                    throw new AssertionError(before + " with " + change + " ends as " + after);
                }
            }
        }
        assertThat(legal).isGreaterThan(40_000);
        assertThat(joint).isGreaterThan(20_000);
    }

    private static Membership applied(Membership before, ConfChange change) {
        try {
            return before.apply(change);
        } catch (IllegalArgumentException refused) {
            return Membership.EMPTY;
        }
    }

    /** No two sets without a common replica can decide, one before and one after. */
    private static void assertIntersecting(Membership one, Membership two) {
        for (int set = 0; set < SETS; set++) {
            if (decides(bits(one.voters()), bits(one.outgoing()), set)
                    && decides(bits(two.voters()), bits(two.outgoing()), ~set)) {
                throw new AssertionError(one + " and " + two + " decide apart: " + set);
            }
        }
    }

    /** All who are no voters are learners. */
    private static Membership membership(int incoming, int outgoing) {
        return new Membership(
                ids(incoming), ids(outgoing), ids((SETS - 1) & ~(incoming | outgoing)), NONE, outgoing != 0);
    }

    /** Digit 0 is nobody, 1 a voter, 2 a learner. */
    private static Membership roles(int roles) {
        int learners = 0;
        for (int id = 1; id <= IDS; id++) {
            learners |= digit(roles, id) == 2 ? bit(id) : 0;
        }
        return new Membership(ids(voters(roles)), NONE, ids(learners), NONE, false);
    }

    private static int voters(int roles) {
        int voters = 0;
        for (int id = 1; id <= IDS; id++) {
            voters |= digit(roles, id) == 1 ? bit(id) : 0;
        }
        return voters;
    }

    private static ConfChange change(int from, int to) {
        List<Step> steps = new ArrayList<>();
        for (int id = 1; id <= IDS; id++) {
            if (digit(from, id) != digit(to, id)) {
                Op op = digit(to, id) == 0 ? Op.REMOVE : digit(to, id) == 1 ? Op.ADD_VOTER : Op.ADD_LEARNER;
                steps.add(new Step(op, id));
            }
        }
        return new ConfChange(steps, new byte[0]);
    }

    private static boolean decides(int incoming, int outgoing, int set) {
        return majority(incoming, set) && majority(outgoing, set);
    }

    private static boolean majority(int voters, int set) {
        return voters == 0 || 2 * Integer.bitCount(voters & set) > Integer.bitCount(voters);
    }

    private static int digit(int number, int id) {
        int rest = number;
        for (int i = 1; i < id; i++) {
            rest /= 3;
        }
        return rest % 3;
    }

    private static int bit(int id) {
        return 1 << (id - 1);
    }

    private static boolean has(int set, int id) {
        return (set & bit(id)) != 0;
    }

    private static int bits(long[] ids) {
        int set = 0;
        for (long id : ids) {
            set |= bit((int) id);
        }
        return set;
    }

    private static long[] ids(int set) {
        long[] ids = new long[Integer.bitCount(set)];
        int count = 0;
        for (int id = 1; id <= IDS; id++) {
            if (has(set, id)) {
                ids[count++] = id;
            }
        }
        return ids;
    }
}
