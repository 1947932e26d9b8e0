package dev.cleave.region.store.expiry;

import java.util.concurrent.TimeUnit;

/**
 * How soon the space of values that are gone comes back.
 *
 * @param roundNanos how often it is looked which regions are due
 * @param pauseNanos the least time between two looks at one region
 */
public record ExpiryOptions(long roundNanos, long pauseNanos) {
    public ExpiryOptions {
        if (roundNanos <= 0 || pauseNanos < 0) {
            throw new IllegalArgumentException("a round of the expiry sweep takes more than no time");
        }
    }

    /** Rounds of 10 s, a minute for each region. */
    public static ExpiryOptions defaults() {
        return new ExpiryOptions(TimeUnit.SECONDS.toNanos(10), TimeUnit.MINUTES.toNanos(1));
    }
}
