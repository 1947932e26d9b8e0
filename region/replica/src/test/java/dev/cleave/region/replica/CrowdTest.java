package dev.cleave.region.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.region.raft.RaftConfig;
import org.junit.jupiter.api.Test;

class CrowdTest {
    private static final RaftConfig ALONE = RaftConfig.defaults();

    private final Crowd crowd = new Crowd(ALONE);

    @Test
    void fewGroupsAreLeftAsTheyAre() {
        assertThat(crowd.beside(500)).isEqualTo(ALONE);
        assertThat(crowd.together(500)).isEqualTo(ALONE);
    }

    @Test
    void amongManyALeaderSleepsSoonAndAtOnceIfNobodyWantsAnythingOfIt() {
        RaftConfig crowded = crowd.beside(501);

        assertThat(crowded.sleepAfterNanos()).isEqualTo(4 * ALONE.heartbeatNanos());
        assertThat(crowded.unusedSleepNanos()).isEqualTo(ALONE.heartbeatNanos());
        assertThat(crowded.firstElectionSpreadNanos()).as("it begins alone").isZero();
    }

    @Test
    void manyThatBeginTogetherHoldTheirFirstElectionsOneAfterTheOther() {
        assertThat(crowd.together(10_000).firstElectionSpreadNanos()).isEqualTo(10_000_000_000L);
        assertThat(crowd.together(10_000).unusedSleepNanos()).isEqualTo(ALONE.heartbeatNanos());
    }

    @Test
    void whoMustNotSleepDoesNotInACrowdEither() {
        Crowd sleepless = new Crowd(ALONE.withSleepAfter(0));

        assertThat(sleepless.beside(10_000).sleepAfterNanos()).isZero();
        assertThat(sleepless.beside(10_000).unusedSleepNanos()).isZero();
    }

    @Test
    void whoSleepsSoonerThanACrowdDoesSoHereToo() {
        Crowd sleepy = new Crowd(ALONE.withSleepAfter(100_000_000L));

        assertThat(sleepy.beside(10_000).sleepAfterNanos()).isEqualTo(100_000_000L);
    }
}
