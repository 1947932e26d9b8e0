package dev.cleave.region.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingReadsTest {
    private final PendingReads reads = new PendingReads();
    private final List<String> heard = new ArrayList<>();

    private ReadTicket ticket(String name) {
        return new ReadTicket() {
            @Override
            public long deadlineNanos() {
                return Long.MAX_VALUE;
            }

            @Override
            public void ready(long appliedIndex) {
                heard.add(name + " at " + appliedIndex);
            }

            @Override
            public void refused(Refusal why, long leaderReplica, long leaderStore) {
                heard.add(name + " " + why);
            }
        };
    }

    @Test
    void rule105_aReadWaitsUntilItsIndexIsApplied() {
        reads.add(ticket("one"));
        reads.add(ticket("two"));
        long token = reads.startRound();
        reads.applied(20);
        assertThat(heard).as("not confirmed").isEmpty();

        reads.confirmed(token, 30, 20);
        reads.applied(29);
        assertThat(heard).isEmpty();

        reads.applied(31);
        assertThat(heard).containsExactly("one at 31", "two at 31");
        reads.applied(32);
        assertThat(heard).as("once").hasSize(2);
    }

    @Test
    void aLaterRoundConfirmsTheEarlierOnes() {
        reads.add(ticket("one"));
        reads.startRound();
        reads.add(ticket("two"));
        long second = reads.startRound();
        reads.add(ticket("three"));

        reads.confirmed(second, 30, 30);

        assertThat(heard).containsExactly("one at 30", "two at 30");
        assertThat(reads.hasGathered()).isTrue();
    }

    /** Gathered, asked, confirmed: whoever does not lead any more answers none of them. */
    @Test
    void rule97_rule98_whoeverLosesTheLeadershipRefusesAll() {
        reads.add(ticket("confirmed"));
        reads.confirmed(reads.startRound(), 30, 20);
        reads.add(ticket("asked"));
        long asked = reads.startRound();
        reads.add(ticket("gathered"));

        reads.refuseAll(Refusal.NOT_LEADER, 0, 0);
        reads.confirmed(asked, 30, 40);
        reads.applied(50);

        assertThat(heard).containsExactlyInAnyOrder("confirmed NOT_LEADER", "asked NOT_LEADER", "gathered NOT_LEADER");
        assertThat(reads.hasGathered()).isFalse();
    }
}
