package dev.cleave.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void whatADriverSaysIsReadBack() {
        Figures figures = new Figures(1234.5, 1, 2, 3, 4, 5.25, 6, 7, "a key was missing");

        assertThat(Figures.parse(figures.line())).isEqualTo(figures);
        assertThat(Figures.parse(perSecond(10).line())).isEqualTo(perSecond(10));
    }

    @Test
    void aDriverThatFailedIsNotTakenForAFigure() {
        assertThatThrownBy(() -> Figures.parse("failed no leader")).hasMessageContaining("no leader");
    }

    @Test
    void theMedianIsTheMiddleOneAndFailuresAddUp() {
        Figures median =
                Figures.median(List.of(perSecond(30), perSecond(10), new Figures(20, 1, 2, 3, 4, 5, 6, 3, "why")));

        assertThat(median.perSecond()).isEqualTo(20);
        assertThat(median.failed()).isEqualTo(3);
        assertThat(median.problem()).isEqualTo("why");
        assertThat(Figures.median(List.of(perSecond(10), perSecond(30))).perSecond())
                .isEqualTo(20);
    }

    private static Figures perSecond(double rate) {
        return new Figures(rate, 1, 2, 3, 4, 5, 6, 0, "");
    }
}
