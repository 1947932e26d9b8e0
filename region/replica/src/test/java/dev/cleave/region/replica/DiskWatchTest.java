package dev.cleave.region.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.log.DiskFailure;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiskWatchTest {
    private static final long MILLI = 1_000_000L;

    private final List<Long> handOvers = new ArrayList<>();
    private final DiskWatch watch = new DiskWatch(3_000 * MILLI, 10_000 * MILLI, now -> handOvers.add(now / MILLI));
    private long millis;

    /** Looks every 100 ms for so long, while {@code handed} and {@code forced} stay as they are. */
    private void look(long forMillis, long handed, long forced) {
        for (long end = millis + forMillis; millis < end; millis += 100) {
            watch.look(millis * MILLI, handed, forced);
        }
    }

    @Test
    void whileNothingWaitsOrSomethingComesBackAllIsWell() {
        look(60_000, 5, 5);
        for (long forced = 5; forced < 30; forced++) {
            look(2_500, forced + 10, forced);
        }

        assertThat(handOvers).isEmpty();
    }

    @Test
    void aHangingDiskFirstCostsTheLeadershipsThenTheProcess() {
        look(3_000, 6, 5);
        assertThat(handOvers).isEmpty();
        look(6_900, 6, 5);
        assertThat(handOvers).containsExactly(3_000L, 4_000L, 5_000L, 6_000L, 7_000L, 8_000L, 9_000L);

        assertThatThrownBy(() -> look(1_000, 6, 5))
                .isInstanceOf(DiskFailure.class)
                .hasMessageContaining("has not answered for 10000 ms");
    }

    @Test
    void theWaitBeginsAnewWithEveryForce() {
        look(9_000, 6, 5);
        handOvers.clear();
        look(2_900, 7, 6);

        assertThat(handOvers).isEmpty();
    }

    @Test
    void aProcessThatWasStoppedItselfDoesNotBlameItsDisk() {
        look(1_000, 6, 5);
        millis += 3_600_000;
        look(1_000, 6, 5);

        assertThat(handOvers).isEmpty();
    }

    @Test
    void itWantsToLookAgainOnlyWhileSomethingWaits() {
        watch.look(0, 5, 5);
        assertThat(watch.nextNanos()).isEqualTo(Long.MAX_VALUE);

        watch.look(50 * MILLI, 6, 5);

        assertThat(watch.nextNanos()).isEqualTo(150 * MILLI);
    }
}
