package dev.cleave.region.store.split;

/**
 * When a store divides its regions by itself.
 *
 * @param bytes a region larger than this is divided; one three times as large takes no more data until it is
 * @param keys so is one with about so many pairs
 * @param roundNanos how often every region is looked at that nobody mentions; also how long an offer to split is given before it is repeated
 * @param requestsPerSecond a region that is asked so often, for {@code hotWindows} windows in a row, is divided where that halves its load; 0: none is divided for its load
 * @param windowNanos how long requests are counted for
 * @param hotWindows how many windows in a row must be hot
 * @param perSecond how many regions a store offers for a split per second, all reasons together
 */
public record SplitOptions(
        long bytes,
        long keys,
        long roundNanos,
        long requestsPerSecond,
        long windowNanos,
        int hotWindows,
        int perSecond) {
    /** How far beyond {@link #bytes} a region may grow while its division is under way. */
    private static final int HELD_BACK_AT = 3;

    public SplitOptions {
        require(bytes >= 64 << 10, "bytes is at least 64 KiB");
        require(keys >= 16, "keys is at least 16");
        require(requestsPerSecond >= 0, "requestsPerSecond is not negative");
        require(roundNanos > 0 && windowNanos > 0 && hotWindows > 0, "intervals are positive");
        require(perSecond >= 1, "perSecond is positive");
    }

    /**
     * 96 MiB or 960,000 pairs; never for load: as long as nobody moves the pieces to other stores, dividing a busy region only costs, since its store then agrees on, forces
     * and answers in several parts what it did in one.
     */
    public static SplitOptions defaults() {
        return new SplitOptions(96L << 20, 960_000, 10_000_000_000L, 0, 1_000_000_000L, 10, 10);
    }

    public SplitOptions withSize(long splitBytes, long round) {
        return new SplitOptions(splitBytes, keys, round, requestsPerSecond, windowNanos, hotWindows, perSecond);
    }

    public SplitOptions withKeys(long splitKeys) {
        return new SplitOptions(bytes, splitKeys, roundNanos, requestsPerSecond, windowNanos, hotWindows, perSecond);
    }

    public SplitOptions withLoad(long requests, int windows) {
        return new SplitOptions(bytes, keys, roundNanos, requests, windowNanos, windows, perSecond);
    }

    public SplitOptions withPace(int splitsPerSecond) {
        return new SplitOptions(bytes, keys, roundNanos, requestsPerSecond, windowNanos, hotWindows, splitsPerSecond);
    }

    boolean isHot(long askedPerSecond) {
        return requestsPerSecond > 0 && askedPerSecond >= requestsPerSecond;
    }

    long heldBackBytes() {
        return HELD_BACK_AT * bytes;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException("split options: " + message);
        }
    }
}
