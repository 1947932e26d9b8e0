package dev.cleave.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TargetsTest {
    private static final Cell GET = new Cell("get", 128, 64);

    private final Results results = new Results();

    @Test
    void aTargetIsJudgedByTheRatioOfMedians() {
        results.add(Subject.parse("cleave-index"), GET, perSecond(300));
        results.add(Subject.parse("rheakv"), GET, perSecond(100));
        results.add(Subject.parse("cleave"), GET, perSecond(300));
        results.add(Subject.parse("rheakv-lease"), GET, perSecond(400));

        assertThat(Targets.judged(List.of(results)))
                .anyMatch(line ->
                        line.startsWith("met ") && line.contains("by read index") && line.endsWith("3.00 times"))
                .anyMatch(
                        line -> line.startsWith("NOT MET") && line.contains("by lease") && line.endsWith("0.75 times"))
                .hasSize(2);
    }

    @Test
    void subjectsOfDifferentBlocksAreNotCompared() {
        Results other = new Results();
        results.add(Subject.parse("cleave-index"), GET, perSecond(300));
        other.add(Subject.parse("rheakv"), GET, perSecond(100));

        assertThat(Targets.judged(List.of(results, other))).isEmpty();
    }

    @Test
    void aTargetIsMetIfItIsMetInEachBlockThatCanTell() {
        Results other = new Results();
        for (Results block : List.of(results, other)) {
            block.add(Subject.parse("rheakv"), GET, perSecond(100));
        }
        results.add(Subject.parse("cleave-index"), GET, perSecond(300));
        other.add(Subject.parse("cleave-index"), GET, perSecond(190));

        assertThat(Targets.judged(List.of(results, other, new Results())))
                .singleElement()
                .asString()
                .startsWith("NOT MET")
                .endsWith("3.00 times in block 1, 1.90 times in block 2");
    }

    @Test
    void onePutIsJudgedBesideAForceAndTwoRoundTrips() {
        Cell put = new Cell("put", 128, 1);
        results.add(Subject.parse("cleave"), put, p50(400));
        results.add(Subject.parse("forced"), put, p50(200));
        assertThat(Targets.judged(List.of(results))).isEmpty();

        results.add(Subject.parse("echo"), put, p50(50));

        assertThat(Targets.judged(List.of(results)))
                .singleElement()
                .asString()
                .startsWith("NOT MET")
                .endsWith("1.60 times");
    }

    @Test
    void sixtyFourRegionsAreJudgedBesideOne() {
        results.add(Subject.parse("cleave"), GET, perSecond(100));
        results.add(Subject.parse("cleave-64"), GET, perSecond(61));

        assertThat(Targets.judged(List.of(results)))
                .singleElement()
                .asString()
                .startsWith("met ")
                .contains("64 Regions")
                .endsWith("0.61 times");
    }

    @Test
    void thePlacementDriverIsNotOneOfTheThreeStores() {
        results.memory("cleave", Map.of("pd", 5_000L, "store1", 500L, "store2", 500L, "store3", 500L));

        assertThat(Targets.judged(List.of(results)))
                .singleElement()
                .asString()
                .startsWith("met")
                .endsWith("1500.00 MiB");
    }

    private static Figures perSecond(double rate) {
        return new Figures(rate, 1, 2, 3, 4, 5, 6, 0, "");
    }

    private static Figures p50(double micros) {
        return new Figures(1, micros, 2, 3, 4, 5, 6, 0, "");
    }
}
