package dev.cleave.region.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Randomness;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyChooserTest {
    private static final int DRAWS = 100_000;

    private static long[] counts(KeyChooser chooser, int keys) {
        Randomness randomness = Randomness.seeded(5);
        long[] counts = new long[keys];
        for (int i = 0; i < DRAWS; i++) {
            counts[(int) chooser.next(randomness)]++;
        }
        return counts;
    }

    @Test
    void uniformTreatsAllKeysAlike() {
        for (long count : counts(KeyChooser.uniform(10), 10)) {
            assertThat(count).isBetween(9_500L, 10_500L);
        }
    }

    @Test
    void aHotRangeGetsItsShareAndIsContiguous() {
        long[] counts = counts(KeyChooser.hotRange(1000, 300, 10, 90), 1000);

        assertThat(Arrays.stream(counts, 300, 310).sum()).isBetween(89_000L, 91_500L);
        assertThat(Arrays.stream(counts).filter(count -> count > 0).count()).isEqualTo(1000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 1000, 100_000})
    void zipfianStaysWithinItsKeys(int keys) {
        assertThat(Arrays.stream(counts(KeyChooser.zipfian(keys, 0.99), keys)).sum())
                .isEqualTo(DRAWS);
    }

    @Test
    void zipfianFavoursAFewKeysAsTheLawSays() {
        long[] counts = counts(KeyChooser.zipfian(1000, 0.99), 1000);
        Arrays.sort(counts);

        // The sum of 1/i^0.99 for i up to 1000 is about 7.73.
        assertThat(counts[999]).isBetween(11_500L, 16_000L);
        assertThat(counts[998]).isBetween(5_500L, 8_500L);
        assertThat(Arrays.stream(counts, 900, 1000).sum()).isBetween(60_000L, 78_000L);
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> KeyChooser.zipfian(10, 1.0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> KeyChooser.hotRange(10, 5, 6, 50)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Mix.of(0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new KeySpace("k", 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
