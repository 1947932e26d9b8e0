package dev.cleave.region.store.split;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SplitPaceTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void howeverManyAreDueNoMoreThanSoManyAreAskedForInASecond() {
        SplitPace pace = new SplitPace(4);
        int asked = 0;
        for (int milli = 0; milli < 10_000; milli++) {
            asked += pace.mayAsk(5 * SECOND + milli * 1_000_000L) ? 1 : 0;
        }

        assertThat(asked).isBetween(40, 44);
    }

    @Test
    void whoWasIdleForLongMayAskForOneSecondsWorthAtOnce() {
        SplitPace pace = new SplitPace(4);
        for (int i = 0; i < 4; i++) {
            assertThat(pace.mayAsk(100 * SECOND)).isTrue();
        }

        assertThat(pace.mayAsk(100 * SECOND)).isFalse();
        assertThat(pace.mayAsk(100 * SECOND + SECOND / 4)).isTrue();
        assertThat(pace.mayAsk(100 * SECOND + SECOND / 4)).isFalse();
    }
}
