package dev.cleave.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlotTest {
    @Test
    void anAxisBeginsAndEndsAtRoundNumbers() {
        List<Plot.Line> lines = List.of(new Plot.Line("a", List.of(point(3), point(700))));

        Plot.Axis axis = Plot.Axis.of(lines, Plot.Point::x);

        assertThat(axis).isEqualTo(new Plot.Axis(2, 1_000));
        assertThat(axis.share(2)).isEqualTo(0);
        assertThat(axis.share(1_000)).isEqualTo(1);
    }

    @Test
    void roundNumbersAreEndsThemselves() {
        List<Plot.Line> lines = List.of(new Plot.Line("a", List.of(point(1), point(100))));

        assertThat(Plot.Axis.of(lines, Plot.Point::x)).isEqualTo(new Plot.Axis(1, 100));
        assertThat(new Plot.Axis(1, 100).ticks()).containsExactly(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0);
        assertThat(new Plot.Axis(1, 100_000).ticks()).containsExactly(1.0, 10.0, 100.0, 1_000.0, 10_000.0, 100_000.0);
    }

    @Test
    void everyLineIsDrawnInBothPanelsAndNamed() {
        String svg = Plot.svg(
                "rate & latency",
                "in flight",
                List.of(new Plot.Line("one", List.of(point(1), point(10))), new Plot.Line("none", List.of())));

        assertThat(svg)
                .startsWith("<svg")
                .contains("rate &amp; latency", ">one<")
                .doesNotContain(">none<");
        assertThat(svg.split("<polyline", -1)).hasSize(3);
        assertThat(svg.split("<circle", -1)).hasSize(5);
    }

    private static Plot.Point point(double x) {
        return new Plot.Point(x, 1_000 * x, 100 + x);
    }
}
