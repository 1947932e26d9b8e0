package dev.cleave.region.control;

import dev.cleave.engine.base.Randomness;

/** Pauses that double up to a maximum, each shortened at random by up to half, so that many stores do not return in step. */
final class BackOff {
    private final long minNanos;
    private final long maxNanos;
    private final Randomness random;
    private long currentNanos;

    BackOff(long minNanos, long maxNanos, Randomness random) {
        this.minNanos = minNanos;
        this.maxNanos = maxNanos;
        this.random = random;
        this.currentNanos = minNanos;
    }

    long next() {
        long pause = currentNanos / 2 + random.below(currentNanos / 2 + 1);
        currentNanos = Math.min(currentNanos * 2, maxNanos);
        return pause;
    }

    void reset() {
        currentNanos = minNanos;
    }
}
