package dev.cleave.region.workload;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a load has done so far, or within an interval.
 *
 * @param ok operations that were answered
 * @param retried times an operation was sent again after an answer that it was certainly not applied
 * @param failed operations certainly not applied, given up
 * @param undetermined operations with an unknown outcome, the hung ones included
 * @param hung operations nobody answered in time at all
 * @param stallMaxNanos longest time without any success
 * @param seconds the latest seconds, oldest first
 * @param problems reasons given for what was not ok, with their counts (the first sixteen different ones)
 */
public record LoadSnapshot(
        boolean isRunning,
        long elapsedNanos,
        long ok,
        long retried,
        long failed,
        long undetermined,
        long hung,
        Latency gets,
        Latency writes,
        Latency scans,
        long stallMaxNanos,
        List<Second> seconds,
        Map<String, Long> problems) {
    public LoadSnapshot {
        seconds = List.copyOf(seconds);
        problems = Collections.unmodifiableMap(new LinkedHashMap<>(problems));
    }

    /** Answered operations per second. */
    public double perSecond() {
        return elapsedNanos == 0 ? 0 : ok * 1e9 / elapsedNanos;
    }

    /** One line for people. */
    public String line() {
        return String.format(
                Locale.ROOT,
                "%.0f ops/s  read p99 %s  write p99 %s  ok %d  retried %d  failed %d  undetermined %d  longest stall %s",
                perSecond(),
                millis(gets.p99Nanos()),
                millis(writes.p99Nanos()),
                ok,
                retried,
                failed,
                undetermined,
                millis(stallMaxNanos));
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    }

    /**
     * One second of the run.
     *
     * @param second counted from the start
     * @param notOk retried, failed and undetermined together
     * @param stallNanos the longest time without a success that ended in this second or still lasted at its end
     */
    public record Second(long second, long ok, long notOk, long stallNanos) {}

    /** How long answered operations took, from before the request left to after the answer was whole. */
    public record Latency(
            long count, long meanNanos, long p50Nanos, long p90Nanos, long p99Nanos, long p999Nanos, long maxNanos) {
        static Latency of(Histogram histogram) {
            return new Latency(
                    histogram.getTotalCount(),
                    (long) histogram.getMean(),
                    histogram.getValueAtPercentile(50),
                    histogram.getValueAtPercentile(90),
                    histogram.getValueAtPercentile(99),
                    histogram.getValueAtPercentile(99.9),
                    histogram.getMaxValue());
        }
    }
}
