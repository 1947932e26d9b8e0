package dev.cleave.region.store.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.region.control.FromPlacement;
import dev.cleave.region.control.ReportDigest;
import dev.cleave.region.control.ToPlacement.RegionsUnchanged;
import dev.cleave.region.protocol.RegionView;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What stores tell of the regions that they lead. */
class ReportStoriesTest {
    private final TestCluster cluster = new TestCluster(13);

    @BeforeEach
    void threeRegions() {
        cluster.threeReplicas();
        List<Long> children = cluster.placement.split(1, "g", "p");
        children.forEach(cluster::awaitRegion);
        cluster.run(25_000);
    }

    @Test
    void whatHasNotChangedIsToldInOneRecordForAllRegions() {
        forget();

        cluster.run(60_000);

        assertThat(cluster.placement.heartbeats).isEmpty();
        for (long store = 1; store <= 3; store++) {
            assertThat(of(store)).hasSizeBetween(5, 7).allMatch(whatIsKnown(store)::equals);
        }
    }

    @Test
    void aRegionWithAnotherFigureIsToldInTheNextRoundAndNoOther() {
        RegionView grown = cluster.placement.regions.values().stream()
                .filter(view -> view.region().range().contains(Key.utf8("a")))
                .findFirst()
                .orElseThrow();
        forget();
        cluster.put("a", "more");

        cluster.run(21_000);

        assertThat(cluster.placement.heartbeats)
                .isNotEmpty()
                .containsOnly(grown.region().id());
        assertThat(cluster.view(grown.region().id()).appliedIndex()).isGreaterThan(grown.appliedIndex());
        long leader = grown.leaderStore();
        assertThat(of(leader).get(of(leader).size() - 1)).isEqualTo(whatIsKnown(leader));
    }

    @Test
    void whoIsAskedForAllTellsAll() {
        long leader = cluster.view(1).leaderStore();
        forget();

        cluster.placement.tell(leader, new FromPlacement.TellRegions());
        cluster.run(100);

        assertThat(cluster.placement.heartbeats)
                .hasSize(whatIsKnown(leader).regions())
                .contains(1L);
    }

    @Test
    void whoLeadsNoLongerConfirmsNothing() {
        long old = cluster.view(1).leaderStore();
        long next = old % 3 + 1;
        cluster.lead(1, next);
        cluster.run(2_000);
        forget();

        cluster.run(10_000);

        assertThat(of(old)).hasSize(1).allMatch(whatIsKnown(old)::equals);
        assertThat(of(next)).hasSize(1).allMatch(whatIsKnown(next)::equals);
    }

    private void forget() {
        cluster.placement.heartbeats.clear();
        cluster.placement.unchanged.clear();
    }

    private List<RegionsUnchanged> of(long store) {
        return cluster.placement.unchanged.stream()
                .filter(told -> told.storeId() == store)
                .toList();
    }

    private RegionsUnchanged whatIsKnown(long store) {
        ReportDigest digest = new ReportDigest();
        cluster.placement.regions.values().stream()
                .filter(view -> view.leaderStore() == store)
                .forEach(digest::add);
        return new RegionsUnchanged(store, digest.regions(), digest.value());
    }
}
