package dev.cleave.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class HistogramTest {
    private static final Offset<Double> CLOSE = Offset.offset(1e-9);
    private static final String BEFORE = """
            # TYPE took_seconds histogram
            took_seconds_bucket{code="ok",op="put",le="0.001"} 10
            took_seconds_bucket{code="ok",op="put",le="0.002"} 10
            took_seconds_bucket{code="ok",op="put",le="+Inf"} 10
            took_seconds_sum{code="ok",op="put"} 0.005
            """;
    private static final String AFTER = """
            took_seconds_bucket{code="ok",op="put",le="0.001"} 20
            took_seconds_bucket{code="ok",op="put",le="0.002"} 60
            took_seconds_bucket{code="ok",op="put",le="+Inf"} 60
            took_seconds_sum{code="ok",op="put"} 0.055
            took_seconds_bucket{code="ok",op="get",le="0.001"} 0
            took_seconds_bucket{code="ok",op="get",le="0.002"} 40
            took_seconds_bucket{code="ok",op="get",le="+Inf"} 50
            took_seconds_sum{code="ok",op="get"} 0.150
            took_seconds_count{code="ok",op="get"} 50
            other_seconds_sum 7
            """;

    private final Histogram added = Histogram.of(AFTER, "took_seconds").since(Histogram.of(BEFORE, "took_seconds"));

    @Test
    void whatWasAddedBetweenTwoLooksIsCountedOverAllSeriesOfTheName() {
        assertThat(added.count()).isEqualTo(100);
        assertThat(added.meanMillis()).isCloseTo(2.0, CLOSE);
    }

    @Test
    void aPercentileLiesInItsBucket() {
        assertThat(added.millis(5)).isCloseTo(0.5, CLOSE);
        assertThat(added.millis(50)).isCloseTo(1.5, CLOSE);
        assertThat(added.millis(90)).isCloseTo(2.0, CLOSE);
    }

    @Test
    void whatLiesAboveTheLastBucketIsSaidToTakeAsMuchAsItsEnd() {
        assertThat(added.millis(99)).isCloseTo(2.0, CLOSE);
    }

    @Test
    void nothingTakesNoTime() {
        Histogram none = added.since(added);

        assertThat(none.count()).isZero();
        assertThat(none.meanMillis()).isZero();
        assertThat(none.millis(50)).isZero();
    }

    @Test
    void whatTwoNodesMeasuredAddsUp() {
        assertThat(added.and(added).count()).isEqualTo(200);
        assertThat(added.and(added).meanMillis()).isCloseTo(2.0, CLOSE);
        assertThat(new Histogram(Map.of(), 0).and(added)).isEqualTo(added);
    }
}
