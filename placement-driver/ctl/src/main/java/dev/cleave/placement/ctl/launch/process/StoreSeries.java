package dev.cleave.placement.ctl.launch.process;

import dev.cleave.region.store.StoreCounts;
import dev.cleave.region.store.StoreNode;
import dev.cleave.region.store.gate.RequestCounts;
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
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What the store itself counts, as series: read once per scrape, where it is counted. */
final class StoreSeries implements MultiCollector {
    private static final double NANOS = 1e9;
    private static final double[] BOUNDS = bounds();

    private final Supplier<Optional<StoreNode>> node;

    /** @param node empty until the store is open */
    StoreSeries(Supplier<Optional<StoreNode>> node) {
        this.node = node;
    }

    /** In seconds; the last has no end. */
    private static double[] bounds() {
        long[] nanos = RequestCounts.boundsNanos();
        double[] seconds = Arrays.copyOf(Arrays.stream(nanos).asDoubleStream().toArray(), nanos.length + 1);
        for (int i = 0; i < nanos.length; i++) {
            seconds[i] /= NANOS;
        }
        seconds[nanos.length] = Double.POSITIVE_INFINITY;
        return seconds;
    }

    @Override
    public MetricSnapshots collect() {
        Optional<StoreNode> open = node.get();
        return new MetricSnapshots(open.flatMap(StoreNode::counts).map(StoreSeries::series).stream()
                .flatMap(series -> Stream.concat(series, Stream.of(lags(open.get()))))
                .toArray(MetricSnapshot[]::new));
    }

    private static Stream<MetricSnapshot> series(StoreCounts counts) {
        return Stream.of(
                requests(counts),
                moved(counts),
                byReason("cleave_busy_rejections", "requests answered \"busy\", by why", counts.busy()),
                byReason("cleave_raft_elections", "elections that replicas here stood for, by why", counts.campaigns()),
                byReason("cleave_raft_dropped_messages", "raft messages dropped here, by why", counts.dropped()),
                one("cleave_snapshot_send_bytes", "data of replicas sent whole", counts.snapshotsSentBytes()),
                one("cleave_snapshot_receive_bytes", "data of replicas received", counts.snapshotsReceivedBytes()));
    }

    private static MetricSnapshot requests(StoreCounts counts) {
        HistogramSnapshot.Builder series = HistogramSnapshot.builder()
                .name("cleave_request_duration_seconds")
                .help("requests of clients over the native protocol, from arrival to answer");
        counts.requests().forEach(row -> {
            long[] buckets = row.counts().stream().mapToLong(Long::longValue).toArray();
            series.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                    .labels(Labels.of("op", word(row.op()), "code", row.error() == null ? "ok" : word(row.error())))
                    .classicHistogramBuckets(ClassicHistogramBuckets.of(BOUNDS, buckets))
                    .sum(row.nanos() / NANOS)
                    .build());
        });
        return series.build();
    }

    private static MetricSnapshot moved(StoreCounts counts) {
        CounterSnapshot.Builder series = counter("cleave_request_bytes", "frames of such requests and their answers");
        counts.moved().forEach(moved -> {
            String op = word(moved.op());
            series.dataPoint(value(Labels.of("op", op, "dir", "in"), moved.bytesIn()));
            series.dataPoint(value(Labels.of("op", op, "dir", "out"), moved.bytesOut()));
        });
        return series.build();
    }

    private static MetricSnapshot byReason(String name, String what, Map<? extends Enum<?>, Long> values) {
        CounterSnapshot.Builder series = counter(name, what);
        values.forEach((why, value) -> series.dataPoint(value(Labels.of("reason", word(why)), value)));
        return series.build();
    }

    private static MetricSnapshot one(String name, String what, long value) {
        return counter(name, what).dataPoint(value(Labels.EMPTY, value)).build();
    }

    private static CounterSnapshot.Builder counter(String name, String what) {
        return CounterSnapshot.builder().name(name).help(what);
    }

    private static CounterSnapshot.CounterDataPointSnapshot value(Labels labels, long value) {
        return CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(labels)
                .value(value)
                .build();
    }

    /** Over the regions led here: nearest rank, the last is the worst of all. */
    private static MetricSnapshot lags(StoreNode node) {
        long[] lags = node.lags();
        GaugeSnapshot.Builder series = GaugeSnapshot.builder()
                .name("cleave_raft_log_lag_entries")
                .help("entries that the furthest replica of a region led here lacks, over these regions");
        for (double quantile : new double[] {0.5, 0.9, 0.99, 1}) {
            int rank = (int) Math.ceil(quantile * lags.length) - 1;
            series.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                    .labels(Labels.of("quantile", Double.toString(quantile)))
                    .value(rank < 0 ? 0 : lags[rank])
                    .build());
        }
        return series.build();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
