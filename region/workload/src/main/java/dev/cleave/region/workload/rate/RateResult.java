package dev.cleave.region.workload.rate;

import org.HdrHistogram.Histogram;

/**
 * What happened in a stretch of time.
 *
 * @param succeeded operations that ended well
 * @param failed operations that did not, for whatever reason
 * @param problem why the last of these failed; empty if none did
 * @param nanos how long the stretch was
 * @param latency of those that ended well, in nanoseconds, from when they should have begun
 */
public record RateResult(long succeeded, long failed, String problem, long nanos, Histogram latency) {
    /** Operations that ended well, per second. */
    public double perSecond() {
        return nanos == 0 ? 0 : succeeded * 1e9 / nanos;
    }

    /** The latency that so many of a hundred stay within, in microseconds. */
    public double micros(double percentile) {
        return latency.getTotalCount() == 0 ? 0 : latency.getValueAtPercentile(percentile) / 1e3;
    }
}
