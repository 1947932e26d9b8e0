package dev.cleave.region.workload;

import dev.cleave.engine.base.AnyThread;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** The counters of a load: written by its clients, read by whoever watches. Thread-safe by one lock, held for moments. */
@AnyThread
final class LoadStats {
    private static final int PROBLEMS_MAX = 16;
    private static final int PROBLEM_CHARS_MAX = 160;

    /** Operations that are timed together. */
    enum Kind {
        GET,
        WRITE,
        SCAN
    }

    private final long startNanos;
    private final StallMeter meter;
    private final Counters total = new Counters();
    private Counters interval = new Counters();
    private long intervalStartNanos;
    private long endNanos = Long.MAX_VALUE;

    LoadStats(long startNanos) {
        this.startNanos = startNanos;
        intervalStartNanos = startNanos;
        meter = new StallMeter(startNanos);
    }

    synchronized void ok(Kind kind, long latencyNanos, long nowNanos) {
        interval.ok++;
        interval.latency(kind).recordValue(Math.min(Math.max(0, latencyNanos), Counters.LATENCY_NANOS_MAX));
        interval.stallMaxNanos = Math.max(interval.stallMaxNanos, meter.ok(nowNanos));
    }

    synchronized void retried(String reason, long nowNanos) {
        interval.retried++;
        interval.problem(reason);
        meter.notOk(nowNanos);
    }

    synchronized void failed(String reason, long nowNanos) {
        interval.failed++;
        interval.problem(reason);
        meter.notOk(nowNanos);
    }

    synchronized void undetermined(String reason, boolean isHung, long nowNanos) {
        interval.undetermined++;
        interval.hung += isHung ? 1 : 0;
        interval.problem(reason);
        meter.notOk(nowNanos);
    }

    synchronized void ended(long nowNanos) {
        endNanos = Math.min(endNanos, nowNanos);
    }

    synchronized long succeeded() {
        return total.ok + interval.ok;
    }

    synchronized long hung() {
        return total.hung + interval.hung;
    }

    /** All since the start. */
    synchronized LoadSnapshot snapshot(long nowNanos) {
        Counters sum = new Counters();
        sum.add(total);
        sum.add(interval);
        return view(sum, startNanos, Math.min(nowNanos, endNanos));
    }

    /** All since the previous call of this. */
    synchronized LoadSnapshot interval(long nowNanos) {
        long now = Math.min(nowNanos, endNanos);
        LoadSnapshot view = view(interval, intervalStartNanos, now);
        total.add(interval);
        interval = new Counters();
        intervalStartNanos = now;
        return view;
    }

    private LoadSnapshot view(Counters counters, long fromNanos, long nowNanos) {
        return new LoadSnapshot(
                endNanos == Long.MAX_VALUE,
                Math.max(0, nowNanos - fromNanos),
                counters.ok,
                counters.retried,
                counters.failed,
                counters.undetermined,
                counters.hung,
                LoadSnapshot.Latency.of(counters.latency(Kind.GET)),
                LoadSnapshot.Latency.of(counters.latency(Kind.WRITE)),
                LoadSnapshot.Latency.of(counters.latency(Kind.SCAN)),
                Math.max(counters.stallMaxNanos, meter.stallNanos(nowNanos)),
                meter.seconds(nowNanos),
                counters.problems);
    }

    private static final class Counters {
        static final long LATENCY_NANOS_MAX = 600_000_000_000L;

        private final Map<Kind, Histogram> latencies = new EnumMap<>(Kind.class);
        private final Map<String, Long> problems = new LinkedHashMap<>();
        private long ok;
        private long retried;
        private long failed;
        private long undetermined;
        private long hung;
        private long stallMaxNanos;

        Histogram latency(Kind kind) {
            return latencies.computeIfAbsent(kind, any -> new Histogram(1, LATENCY_NANOS_MAX, 3));
        }

        void problem(String reason) {
            String text = reason.length() <= PROBLEM_CHARS_MAX ? reason : reason.substring(0, PROBLEM_CHARS_MAX);
            if (problems.size() < PROBLEMS_MAX || problems.containsKey(text)) {
                problems.merge(text, 1L, Long::sum);
            }
        }

        void add(Counters other) {
            other.latencies.forEach((kind, histogram) -> latency(kind).add(histogram));
            other.problems.forEach((reason, count) -> {
                if (problems.size() < PROBLEMS_MAX || problems.containsKey(reason)) {
                    problems.merge(reason, count, Long::sum);
                }
            });
            ok += other.ok;
            retried += other.retried;
            failed += other.failed;
            undetermined += other.undetermined;
            hung += other.hung;
            stallMaxNanos = Math.max(stallMaxNanos, other.stallMaxNanos);
        }
    }
}
