package dev.cleave.placement.server;

import dev.cleave.placement.server.plan.PlanCounts;
import dev.cleave.region.protocol.StoreInfo;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Arrays;
import java.util.Locale;

/** What the placement driver counts per kind, step and store, as series: read once per scrape. */
final class PlacementSeries implements MultiCollector {
    private static final double[] BOUNDS = bounds();

    private final PlacementNode node;

    PlacementSeries(PlacementNode node) {
        this.node = node;
    }

    private static double[] bounds() {
        double[] ends = PlanCounts.bounds();
        double[] all = Arrays.copyOf(ends, ends.length + 1);
        all[ends.length] = Double.POSITIVE_INFINITY;
        return all;
    }

    @Override
    public MetricSnapshots collect() {
        return new MetricSnapshots(operators(), steps(), hot(), ages());
    }

    private MetricSnapshot operators() {
        CounterSnapshot.Builder series =
                CounterSnapshot.builder().name("cleave_pd_operator").help("operators that ended, by kind and how");
        node.plans()
                .ended()
                .forEach((kind, byState) -> byState.forEach(
                        (state, count) -> series.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                                .labels(Labels.of("kind", kind.text(), "result", word(state)))
                                .value(count)
                                .build())));
        return series.build();
    }

    private MetricSnapshot steps() {
        HistogramSnapshot.Builder series = HistogramSnapshot.builder()
                .name("cleave_pd_operator_step_duration_seconds")
                .help("steps of operators, from when they were next until they were seen to be done");
        node.plans()
                .steps()
                .forEach((step, took) -> series.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                        .labels(Labels.of("step", step))
                        .classicHistogramBuckets(ClassicHistogramBuckets.of(BOUNDS, took.counts()))
                        .sum(took.seconds())
                        .build()));
        return series.build();
    }

    private MetricSnapshot hot() {
        Sighting seen = node.sighting();
        return GaugeSnapshot.builder()
                .name("cleave_pd_hot_regions")
                .help("regions that are read, or written, more than " + Sighting.HOT_PER_SECOND + " times a second")
                .dataPoint(gauge(Labels.of("dir", "read"), seen.hotByReads()))
                .dataPoint(gauge(Labels.of("dir", "write"), seen.hotByWrites()))
                .build();
    }

    private MetricSnapshot ages() {
        GaugeSnapshot.Builder series = GaugeSnapshot.builder()
                .name("cleave_pd_store_heartbeat_age_seconds")
                .help("how long ago a store was last heard of");
        for (StoreInfo store : node.sighting().stores()) {
            if (store.state() != StoreInfo.State.REMOVED) {
                series.dataPoint(
                        gauge(Labels.of("store", Long.toString(store.id())), store.heartbeatAgeMillis() / 1e3));
            }
        }
        return series.build();
    }

    private static GaugeSnapshot.GaugeDataPointSnapshot gauge(Labels labels, double value) {
        return GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(labels)
                .value(value)
                .build();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
