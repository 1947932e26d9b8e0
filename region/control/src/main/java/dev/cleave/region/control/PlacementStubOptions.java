package dev.cleave.region.control;

import java.time.Duration;

/**
 * Bounds and pauses of a {@link PlacementStub}.
 *
 * @param connectTimeout a member that does not answer the handshake for this long is given up for the next one
 * @param backOffMin the pause after the first failed attempt; doubled after each further one, and jittered by half
 * @param backOffMax the longest pause; short enough that a store is back soon after the placement driver is
 * @param openAsksMax questions without an answer yet; further ones fail at once
 * @param framesMax received frames that wait for the owner; above it the link is closed and everything is asked anew
 */
public record PlacementStubOptions(
        Duration connectTimeout, Duration backOffMin, Duration backOffMax, int openAsksMax, int framesMax) {
    public PlacementStubOptions {
        if (connectTimeout.isNegative() || connectTimeout.isZero() || backOffMin.isNegative() || backOffMin.isZero()) {
            throw new IllegalArgumentException("connectTimeout and backOffMin must be positive");
        }
        if (backOffMax.compareTo(backOffMin) < 0) {
            throw new IllegalArgumentException(
                    "backOffMax (" + backOffMax + ") is below backOffMin (" + backOffMin + ")");
        }
        if (openAsksMax < 1 || framesMax < 1) {
            throw new IllegalArgumentException("openAsksMax and framesMax must be positive");
        }
    }

    public static PlacementStubOptions defaults() {
        return new PlacementStubOptions(
                Duration.ofSeconds(3), Duration.ofMillis(100), Duration.ofSeconds(3), 10_000, 10_000);
    }
}
