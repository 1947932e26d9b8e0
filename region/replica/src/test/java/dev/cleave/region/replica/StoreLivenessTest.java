package dev.cleave.region.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.region.replica.StoreLiveness.News;
import org.junit.jupiter.api.Test;

class StoreLivenessTest {
    private static final long MS = 1_000_000L;
    private static final long BEAT = 300 * MS;
    private static final long SILENCE = 1_500 * MS;

    private final StoreLiveness liveness = new StoreLiveness(BEAT, SILENCE, 0);

    @Test
    void aStoreIsLiveOnceItBeatsAndSilentWhenItHasNotForAWhile() {
        assertThat(liveness.isLive(7)).isFalse();
        assertThat(liveness.beat(7, 1, 0)).isEqualTo(News.HEARD_AGAIN);
        assertThat(liveness.isLive(7)).isTrue();

        look(0, 1_500);
        assertThat(liveness.isLive(7)).isTrue();
        assertThat(liveness.fallenSilent(1_501 * MS)).containsExactly(7L);

        assertThat(liveness.isLive(7)).isFalse();
        assertThat(liveness.fallenSilent(1_502 * MS)).as("told once").isEmpty();
        assertThat(liveness.beat(7, 1, 1_600 * MS)).isEqualTo(News.HEARD_AGAIN);
        assertThat(liveness.beat(7, 1, 1_900 * MS)).isEqualTo(News.NONE);
    }

    @Test
    void itTellsWhenTheNextOneFallsSilent() {
        assertThat(liveness.nextSilenceNanos()).isEqualTo(Long.MAX_VALUE);
        liveness.beat(7, 1, 0);
        liveness.beat(8, 1, 100 * MS);

        long first = liveness.nextSilenceNanos();
        look(0, 1_500);

        assertThat(liveness.fallenSilent(first - 1)).isEmpty();
        assertThat(liveness.fallenSilent(first)).containsExactly(7L);
        assertThat(liveness.nextSilenceNanos()).isEqualTo(first + 100 * MS);
        assertThat(liveness.fallenSilent(first + 100 * MS)).containsExactly(8L);
        assertThat(liveness.nextSilenceNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aRestartIsNoticedHoweverShort() {
        liveness.beat(7, 4, 0);

        assertThat(liveness.beat(7, 5, 10 * MS)).isEqualTo(News.STARTED_ANEW);
        assertThat(liveness.isLive(7)).isTrue();
    }

    @Test
    void anEarlierLifeSaysNothingAnyMore() {
        liveness.beat(7, 5, 0);
        look(0, 1_200);

        assertThat(liveness.beat(7, 4, 1_400 * MS)).isEqualTo(News.NONE);
        assertThat(liveness.fallenSilent(1_501 * MS)).containsExactly(7L);
    }

    @Test
    void aGapInTheNumbersOfFramesIsALoss() {
        assertThat(liveness.frame(7, 40)).as("the first that we see").isEqualTo(News.NONE);
        assertThat(liveness.frame(7, 41)).isEqualTo(News.NONE);
        assertThat(liveness.frame(7, 43)).isEqualTo(News.FRAMES_LOST);
        assertThat(liveness.frame(7, 44)).isEqualTo(News.NONE);
        assertThat(liveness.frame(8, 9)).isEqualTo(News.NONE);
        assertThat(liveness.frame(7, 1)).as("it counts anew").isEqualTo(News.FRAMES_LOST);
    }

    @Test
    void framesAreNumberedForEver() {
        liveness.frame(7, Integer.MAX_VALUE);

        assertThat(liveness.frame(7, Integer.MIN_VALUE)).isEqualTo(News.NONE);
    }

    @Test
    void otherFramesDoNotCountAsBeats() {
        liveness.beat(7, 1, 0);
        look(0, 1_500);
        liveness.frame(7, 1);

        assertThat(liveness.fallenSilent(1_600 * MS)).containsExactly(7L);
    }

    /** rules: 116 */
    @Test
    void whoWasStoppedItselfDoesNotTakeOthersForSilent() {
        liveness.beat(7, 1, 0);
        look(0, 300);

        assertThat(liveness.fallenSilent(10_000 * MS)).isEmpty();
        assertThat(liveness.isLive(7)).isTrue();
        look(10_000, 10_900);
        assertThat(liveness.isLive(7)).as("and what follows is counted as ever").isTrue();
        assertThat(liveness.fallenSilent(10_901 * MS)).containsExactly(7L);
    }

    private void look(long fromMillis, long toMillis) {
        for (long at = fromMillis; at <= toMillis; at += 300) {
            assertThat(liveness.fallenSilent(at * MS)).isEmpty();
        }
    }
}
