package dev.cleave.placement.ctl.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecondsTest {
    @ParameterizedTest
    @CsvSource({"3, 3", "0.5, 0.5", "3s, 3", "500ms, 0.5", "2m, 120", "1.5h, 5400"})
    void aTimeIsInSecondsOrHasAUnit(String text, double seconds) {
        assertThat(new Seconds().convert(text)).isEqualTo(seconds);
    }
}
