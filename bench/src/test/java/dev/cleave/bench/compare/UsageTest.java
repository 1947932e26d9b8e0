package dev.cleave.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UsageTest {
    @Test
    void whatIsNotSaidIsAsUsual() {
        assertThat(Usage.words(Map.of("--a", "1", "--b", "2"), "--b", "3")).isEqualTo(Map.of("--a", "1", "--b", "3"));
    }

    @Test
    void anUnknownNameAndOneWithoutAValueAreRefused() {
        assertThatThrownBy(() -> Usage.words(Map.of("--a", "1"), "--c", "1")).hasMessage("not understood: --c");
        assertThatThrownBy(() -> Usage.words(Map.of("--a", "1"), "--a")).hasMessage("not understood: --a");
    }

    @Test
    void theCurvesAreNamedAfterWhatIsDrawn() {
        CurveOptions all = CurveOptions.parse();
        CurveOptions some = CurveOptions.parse("--only", "idle,keys", "--out", "x");

        assertThat(all)
                .isEqualTo(new CurveOptions(
                        2, 10_000_000, CurveOptions.ALL, Path.of("bench/results"), Path.of("docs/performance")));
        assertThat(all.name()).isEqualTo("curves");
        assertThat(some.only()).isEqualTo(List.of("idle", "keys"));
        assertThat(some.name()).isEqualTo("curves-idle-keys");
        assertThatThrownBy(() -> CurveOptions.parse("--only", "idel")).hasMessageContaining("idel");
        assertThatThrownBy(() -> CurveOptions.parse("--seconds", "many")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theCustomaryComparisonTakesAboutHalfAnHourWhateverIsPresent() {
        Schedule all = new Schedule(13, 15, 126, 3, 3, 30);

        assertThat(all.minutes()).isBetween(27.0, 35.0);
    }
}
