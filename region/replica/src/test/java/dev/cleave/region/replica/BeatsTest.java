package dev.cleave.region.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.wire.Hello;
import dev.cleave.region.raft.RaftConfig;
import dev.cleave.region.replica.transport.Outbox;
import org.junit.jupiter.api.Test;

class BeatsTest {
    private static final long BEAT = 300_000_000L;

    private final GroupMaker maker = new GroupMaker(
            RaftConfig.defaults(), Randomness.seeded(1), new StoreLiveness(BEAT, 3 * BEAT, 0), () -> 0, 0);
    private final GroupTable groups = new GroupTable();
    private final Beats beats = new Beats(groups, () -> new Hello(Hello.STORE, 1, 3, 7, 1), BEAT, 3 * BEAT, 0);

    /** Else a leader that slept while this store was cut off would never hear that it is back. Simulator seed 11905, 30 s. */
    @Test
    void aStoreBeatsToThoseWhoSpokeToAReplicaThatIsYetToBeBorn() {
        Group unborn = maker.empty(9, 10, 0);
        groups.add(unborn);
        assertThat(isBeating(BEAT)).isFalse();

        assertThat(unborn.learnPlace(12, 1)).isTrue();
        groups.placesChanged();

        assertThat(isBeating(2 * BEAT)).isTrue();
        assertThat(unborn.learnPlace(12, 1)).isFalse();
    }

    /** Its leader holds a voter to be here, and sleeps until this store is heard. Simulator seed 2221, 30 s. */
    @Test
    void aStoreAnswersWhoBeatsToItForAGroupThatIsNotHereYet() {
        beats.hears(4, false);
        assertThat(isBeating(BEAT)).isTrue();
        assertThat(isBeating(2 * BEAT)).isFalse();

        beats.hears(4, true);

        assertThat(isBeating(3 * BEAT)).isFalse();
    }

    private boolean isBeating(long now) {
        Outbox out = new Outbox();
        beats.run(now, Long.MAX_VALUE, out);
        return !out.isEmpty();
    }
}
