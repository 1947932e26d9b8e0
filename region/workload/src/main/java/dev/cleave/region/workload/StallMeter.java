package dev.cleave.region.workload;

import java.util.ArrayList;
import java.util.List;

/** Per second of a run: successes, others, and the longest time without a success. Remembers the latest {@link #SECONDS_MAX}. */
final class StallMeter {
    static final int SECONDS_MAX = 600;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final long startNanos;
    private final long[] ok = new long[SECONDS_MAX];
    private final long[] notOk = new long[SECONDS_MAX];
    private final long[] stallNanos = new long[SECONDS_MAX];
    private long lastSecond;
    private long lastOkNanos;

    StallMeter(long startNanos) {
        this.startNanos = startNanos;
        lastOkNanos = startNanos;
    }

    /** Returns the length of the stall that this success ends. */
    long ok(long nowNanos) {
        advance(nowNanos);
        long stall = Math.max(0, nowNanos - lastOkNanos);
        lastOkNanos = Math.max(lastOkNanos, nowNanos);
        int slot = slot(lastSecond);
        ok[slot]++;
        stallNanos[slot] = Math.max(stallNanos[slot], stall);
        return stall;
    }

    void notOk(long nowNanos) {
        advance(nowNanos);
        notOk[slot(lastSecond)]++;
    }

    /** How long the latest success is ago. */
    long stallNanos(long nowNanos) {
        return Math.max(0, nowNanos - lastOkNanos);
    }

    List<LoadSnapshot.Second> seconds(long nowNanos) {
        advance(nowNanos);
        List<LoadSnapshot.Second> seconds = new ArrayList<>();
        for (long second = Math.max(0, lastSecond - SECONDS_MAX + 1); second <= lastSecond; second++) {
            int slot = slot(second);
            long lasting = second == lastSecond ? stallNanos(nowNanos) : 0;
            seconds.add(new LoadSnapshot.Second(second, ok[slot], notOk[slot], Math.max(stallNanos[slot], lasting)));
        }
        return seconds;
    }

    /** Closes the seconds that have passed: a stall that reaches over their end counts in each of them. */
    private void advance(long nowNanos) {
        long second = Math.max(lastSecond, (nowNanos - startNanos) / SECOND_NANOS);
        long from = Math.max(lastSecond, second - SECONDS_MAX);
        lastSecond = from;
        while (lastSecond < second) {
            long endNanos = startNanos + (lastSecond + 1) * SECOND_NANOS;
            int slot = slot(lastSecond);
            stallNanos[slot] = Math.max(stallNanos[slot], endNanos - lastOkNanos);
            lastSecond++;
            ok[slot(lastSecond)] = 0;
            notOk[slot(lastSecond)] = 0;
            stallNanos[slot(lastSecond)] = 0;
        }
    }

    private static int slot(long second) {
        return (int) (second % SECONDS_MAX);
    }
}
