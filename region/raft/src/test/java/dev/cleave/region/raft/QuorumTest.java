package dev.cleave.region.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Randomness;
import org.junit.jupiter.api.Test;

class QuorumTest {
    @Test
    void rule85_whatAJointQuorumHoldsByBruteForce() {
        for (long seed = 1; seed <= 2000; seed++) {
            Randomness random = Randomness.seeded(seed);
            Membership membership = randomMembership(random);
            Tracker tracker = new Tracker(RaftConfig.defaults());
            tracker.follow(membership, 1, 0);
            for (int i = 0; i < tracker.count(); i++) {
                tracker.at(i).match = random.below(6);
                tracker.at(i).round = random.below(6);
                tracker.at(i).heardNanos = random.below(6);
            }
            assertThat(tracker.agreedMatch()).as("seed %d", seed).isEqualTo(brute(membership, tracker, 0));
            assertThat(tracker.agreedRound()).as("seed %d", seed).isEqualTo(brute(membership, tracker, 1));
            assertThat(tracker.agreedHeard()).as("seed %d", seed).isEqualTo(brute(membership, tracker, 2));
        }
    }

    /** The largest value that a majority of each half has reached. */
    private static long brute(Membership membership, Tracker tracker, int what) {
        long best = -1;
        for (long value = 0; value < 6; value++) {
            if (majority(membership.voters(), tracker, what, value)
                    && majority(membership.outgoing(), tracker, what, value)) {
                best = value;
            }
        }
        return best;
    }

    private static boolean majority(long[] voters, Tracker tracker, int what, long value) {
        int count = 0;
        for (long id : voters) {
            Progress p = tracker.find(id);
            long has = what == 0 ? p.match : what == 1 ? p.round : p.heardNanos;
            count += has >= value ? 1 : 0;
        }
        return voters.length == 0 || count * 2 > voters.length;
    }

    @Test
    void rule85_jointVotesByBruteForce() {
        for (long seed = 1; seed <= 2000; seed++) {
            Randomness random = Randomness.seeded(seed);
            Membership membership = randomMembership(random);
            Votes votes = new Votes();
            int yes = 0;
            int no = 0;
            for (long id = 1; id <= 9; id++) {
                long answer = random.below(3);
                if (answer > 0) {
                    votes.record(id, answer == 1);
                    votes.record(id, random.below(2) == 0);
                    yes |= answer == 1 ? 1 << id : 0;
                    no |= answer == 2 ? 1 << id : 0;
                }
            }
            boolean won = half(membership.voters(), yes) && half(membership.outgoing(), yes);
            int stillPossible = ~no;
            boolean lost = !half(membership.voters(), stillPossible) || !half(membership.outgoing(), stillPossible);
            Quorum.Tally expected = won ? Quorum.Tally.WON : lost ? Quorum.Tally.LOST : Quorum.Tally.PENDING;
            assertThat(votes.tally(membership)).as("seed %d", seed).isEqualTo(expected);
        }
    }

    private static boolean half(long[] voters, int set) {
        int count = 0;
        for (long id : voters) {
            count += (set >> id) & 1;
        }
        return voters.length == 0 || count * 2 > voters.length;
    }

    private static Membership randomMembership(Randomness random) {
        long[] none = {};
        long[] voters = randomIds(random, 1);
        long[] outgoing = random.below(2) == 0 ? none : randomIds(random, 1);
        return new Membership(voters, outgoing, none, none, outgoing.length > 0);
    }

    private static long[] randomIds(Randomness random, long low) {
        java.util.TreeSet<Long> ids = new java.util.TreeSet<>();
        for (long n = random.between(1, 8); n > 0; n--) {
            ids.add(random.between(low, 9));
        }
        return ids.stream().mapToLong(l -> l).toArray();
    }
}
