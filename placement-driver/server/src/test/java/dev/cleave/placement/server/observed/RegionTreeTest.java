package dev.cleave.placement.server.observed;

import static dev.cleave.placement.server.observed.RegionTree.Outcome.CHANGED;
import static dev.cleave.placement.server.observed.RegionTree.Outcome.REPEATED;
import static dev.cleave.placement.server.observed.RegionTree.Outcome.STALE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import dev.cleave.placement.server.plan.Views;
import dev.cleave.region.control.ReportDigest;
import dev.cleave.region.control.ToPlacement.RegionsUnchanged;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RegionTreeTest {
    private final RegionTree tree = new RegionTree();

    @Test
    void olderReportsOfTheSameRegionAreRefused() {
        assertThat(report("r1 1:11V L1 e3/5 t8 [a,z)")).isEqualTo(CHANGED);
        assertThat(report("r1 1:11V L1 e3/5 t8 [a,z)")).isEqualTo(REPEATED);
        assertThat(report("r1 1:11V L1 e3/5 t7 [a,z)")).as("older term").isEqualTo(STALE);
        assertThat(report("r1 1:11V L1 e2/5 t9 [a,z)")).as("older membership").isEqualTo(STALE);
        assertThat(report("r1 1:11V L1 e3/4 t9 [a,z)")).as("older range").isEqualTo(STALE);
        assertThat(report("r1 1:11V L2 e3/5 t9 [a,z)")).as("new leader").isEqualTo(CHANGED);
        assertThat(report("r1 1:11V L2 e3/5 t9 [a,z) p11")).as("pending").isEqualTo(CHANGED);
    }

    @Test
    void whatAStoreConfirmsIsHeardOfAsIfItHadBeenToldAnew() {
        report("r1 1:11V L1 e1/2 t8 [,m)");
        report("r2 1:21V L1 e1/2 t8 [m,)");
        ReportDigest same = new ReportDigest()
                .add(Views.view("r2 1:21V L1 e1/2 t8 [m,)"))
                .add(Views.view("r1 1:11V L1 e1/2 t8 [,m)"));

        assertThat(tree.confirm(unchanged(1, same), 90, 100)).isTrue();

        assertThat(tree.byId(1).heardNanos()).isEqualTo(90);
        assertThat(tree.at(Key.utf8("x")).heardNanos()).isEqualTo(90);
        assertThat(report("r1 1:11V L1 e1/2 t8 [,m)")).isEqualTo(REPEATED);
        assertThat(ranges()).containsExactly("r1 [-∞, m)", "r2 [m, +∞)");
    }

    @Test
    void whatAStoreConfirmsMustBeJustWhatIsKnown() {
        report("r1 1:11V L1 e1/2 t8 [,m)");
        report("r2 1:21V 2:22V L1 e1/2 t8 [m,)");

        assertThat(tree.confirm(unchanged(1, of("r1 1:11V L1 e1/2 t8 [,m)")), 90, 100))
                .as("fewer")
                .isFalse();
        assertThat(tree.confirm(
                        unchanged(1, of("r1 1:11V L1 e1/2 t8 [,m)", "r2 1:21V 2:22V L1 e1/2 t9 [m,)")), 90, 100))
                .as("another term")
                .isFalse();
        assertThat(tree.confirm(
                        unchanged(1, of("r1 1:11V L1 e1/2 t8 [,m)", "r2 1:21V 2:22V L1 e1/2 t8 [m,) p22")), 90, 100))
                .as("another figure")
                .isFalse();
        assertThat(tree.byId(1).heardNanos()).isZero();

        assertThat(tree.confirm(
                        unchanged(1, of("r1 1:11V L1 e1/2 t8 [,m)", "r2 1:21V 2:22V L1 e1/2 t8 [m,)")), 101, 100))
                .as("regions that are silent are not led by anybody any more")
                .isFalse();
        report("r2 1:21V 2:22V L2 e1/2 t9 [m,)");
        assertThat(tree.confirm(unchanged(1, of("r1 1:11V L1 e1/2 t8 [,m)")), 90, 100))
                .as("the other is led elsewhere now")
                .isTrue();
        assertThat(tree.byId(2).heardNanos()).isZero();
    }

    private static ReportDigest of(String... views) {
        ReportDigest digest = new ReportDigest();
        for (String view : views) {
            digest.add(Views.view(view));
        }
        return digest;
    }

    private static RegionsUnchanged unchanged(long store, ReportDigest digest) {
        return new RegionsUnchanged(store, digest.regions(), digest.value());
    }

    @Test
    void aSplitIsTakenInWhicheverPieceReportsFirst() {
        report("r1 1:11V L1 e1/1 [,)");

        assertThat(report("r2 1:21V L1 e1/2 [,m)")).isEqualTo(CHANGED);
        assertThat(ranges()).containsExactly("r2 [-∞, m)");
        assertThat(tree.byId(1)).as("put aside, still known").isNotNull();
        assertThat(report("r1 1:11V L1 e1/1 t9 [,)"))
                .as("a leader that has not applied the split")
                .isEqualTo(STALE);
        assertThat(report("r1 1:11V L1 e1/2 [m,)")).isEqualTo(CHANGED);

        assertThat(ranges()).containsExactly("r2 [-∞, m)", "r1 [m, +∞)");
        assertThat(tree.firstHole()).isNull();
    }

    @Test
    void theParentMayReportFirstToo() {
        report("r1 1:11V L1 e1/1 [,)");
        report("r1 1:11V L1 e1/2 [m,)");
        assertThat(tree.firstHole()).isEqualTo(Key.EMPTY);
        assertThat(tree.at(Key.utf8("a"))).isNull();
        assertThat(tree.tiling(KeyRange.ALL, 10)).isEmpty();

        report("r2 1:21V L1 e1/2 [,m)");
        assertThat(ranges()).containsExactly("r2 [-∞, m)", "r1 [m, +∞)");
    }

    @Test
    void routesTileFromTheStartAndEndAtAHole() {
        report("r1 1:11V L1 e1/5 [,c)");
        report("r2 1:21V L1 e1/5 [c,f)");
        report("r4 1:41V L1 e1/5 [m,)");

        assertThat(tiles("", "")).containsExactly("r1 [-∞, c)", "r2 [c, f)");
        assertThat(tiles("d", "")).containsExactly("r2 [c, f)");
        assertThat(tiles("d", "e")).containsExactly("r2 [c, f)");
        assertThat(tiles("f", "")).isEmpty();
        assertThat(tiles("x", "")).containsExactly("r4 [m, +∞)");
        assertThat(tree.tiling(KeyRange.ALL, 1)).hasSize(1);
        assertThat(tree.firstHole()).isEqualTo(Key.utf8("f"));
        assertThat(tree.overlapping(KeyRange.of(Key.utf8("e"), Key.utf8("n")), 10))
                .hasSize(2);
    }

    @Test
    void inWhateverOrderReportsComeTheTreeNeverOverlapsAndEndsInTheTruth() {
        for (long seed = 1; seed <= 300; seed++) {
            Randomness random = Randomness.seeded(seed);
            RegionTree some = new RegionTree();
            List<String> history = List.of(
                    "r1 1:11V L1 e1/1 [,)",
                    "r1 1:11V L1 e1/2 [k,)",
                    "r2 1:21V L1 e1/2 [,k)",
                    "r2 1:21V L1 e2/2 [,k)",
                    "r2 1:21V L1 e2/4 [g,k)",
                    "r3 1:31V L1 e2/4 [,c)",
                    "r4 1:41V L1 e2/4 [c,g)",
                    "r1 1:11V L1 e1/3 [t,)",
                    "r5 1:51V L1 e1/3 [k,t)");
            for (int i = 0; i < 40; i++) {
                some.update(Views.view(history.get((int) random.below(history.size()))), i);
                assertNoOverlap(some, seed);
            }
            for (int i : new int[] {3, 4, 5, 6, 7, 8}) {
                some.update(Views.view(history.get(i)), 100);
            }
            assertThat(some.firstHole()).as("seed %d", seed).isNull();
            assertThat(some.all().stream().map(known -> known.region().id()))
                    .as("seed %d", seed)
                    .containsExactly(3L, 4L, 2L, 5L, 1L);
        }
    }

    private static void assertNoOverlap(RegionTree some, long seed) {
        RegionTree.Known before = null;
        for (RegionTree.Known known : some.all()) {
            if (before != null) {
                assertThat(before.region().range().overlaps(known.region().range()))
                        .as("seed %d: %s %s", seed, before, known)
                        .isFalse();
            }
            before = known;
        }
    }

    private RegionTree.Outcome report(String view) {
        return tree.update(Views.view(view), 0);
    }

    private List<String> ranges() {
        return tree.all().stream().map(RegionTreeTest::text).collect(Collectors.toList());
    }

    private List<String> tiles(String from, String to) {
        return tree.tiling(KeyRange.of(Key.utf8(from), Key.utf8(to)), 10).stream()
                .map(RegionTreeTest::text)
                .collect(Collectors.toList());
    }

    private static String text(RegionTree.Known known) {
        return "r" + known.region().id() + " " + known.region().range();
    }
}
