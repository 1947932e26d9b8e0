package dev.cleave.region.workload.rate;

import java.util.Locale;

/**
 * How often each kind of operation is chosen, as weights.
 *
 * @param modifies reads of a key each followed by a write of it, timed together
 */
public record RateMix(int reads, int updates, int inserts, int scans, int modifies) {
    public RateMix {
        if (reads < 0 || updates < 0 || inserts < 0 || scans < 0 || modifies < 0) {
            throw new IllegalArgumentException("weights of a mix cannot be negative");
        }
        if (reads + updates + inserts + scans + modifies <= 0) {
            throw new IllegalArgumentException("a mix needs at least one weight above zero");
        }
    }

    int sum() {
        return reads + updates + inserts + scans + modifies;
    }

    /**
     * The mix of that name: {@code put}, {@code get}, {@code scan}, or one of the six core workloads of the Yahoo! Cloud Serving Benchmark, {@code a} to {@code f} (Cooper et al.,
     * SoCC 2010, table 2).
     *
     * @throws IllegalArgumentException if there is none
     */
    public static RateMix named(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "put" -> new RateMix(0, 1, 0, 0, 0);
            case "get", "c" -> new RateMix(1, 0, 0, 0, 0);
            case "scan" -> new RateMix(0, 0, 0, 1, 0);
            case "a" -> new RateMix(50, 50, 0, 0, 0);
            case "b" -> new RateMix(95, 5, 0, 0, 0);
            case "d" -> new RateMix(95, 0, 5, 0, 0);
            case "e" -> new RateMix(0, 0, 5, 95, 0);
            case "f" -> new RateMix(50, 0, 0, 0, 50);
            default ->
                throw new IllegalArgumentException(
                        "there is no mix " + name + "; there are put, get, scan, and a to f as in YCSB");
        };
    }
}
