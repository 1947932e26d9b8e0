package dev.cleave.region.client;

import dev.cleave.engine.base.Randomness;

/** Decorrelated jitter: each pause is drawn between the minimum and three times the last one, up to the maximum. */
final class Backoff {
    private final Randomness randomness;
    private final long minNanos;
    private final long maxNanos;
    private long lastNanos;

    Backoff(Randomness randomness, long minNanos, long maxNanos) {
        this.randomness = randomness;
        this.minNanos = minNanos;
        this.maxNanos = maxNanos;
        this.lastNanos = minNanos;
    }

    long nextNanos() {
        lastNanos = Math.min(maxNanos, randomness.between(minNanos, Math.max(minNanos + 1, 3 * lastNanos)));
        return lastNanos;
    }

    void reset() {
        lastNanos = minNanos;
    }
}
