package dev.cleave.region.workload;

/**
 * How often each kind of operation is chosen, as weights.
 *
 * @param scans forwards and backwards alike
 * @param batches of puts or of deletes, a few keys each
 * @param batchGets a few keys each
 * @param deleteRanges a few keys wide
 */
public record Mix(
        int gets, int puts, int deletes, int compareAndSets, int scans, int batches, int batchGets, int deleteRanges) {
    public Mix {
        if (gets < 0
                || puts < 0
                || deletes < 0
                || compareAndSets < 0
                || scans < 0
                || batches < 0
                || batchGets < 0
                || deleteRanges < 0) {
            throw new IllegalArgumentException("weights of a mix cannot be negative");
        }
        if ((long) gets + puts + deletes + compareAndSets + scans + batches + batchGets + deleteRanges <= 0) {
            throw new IllegalArgumentException("a mix needs at least one weight above zero");
        }
    }

    /** Gets and puts only. */
    public static Mix of(int gets, int puts) {
        return new Mix(gets, puts, 0, 0, 0, 0, 0, 0);
    }

    /** Nine gets to one put. */
    public static Mix readMostly() {
        return of(90, 10);
    }

    /** As many gets as puts. */
    public static Mix halfAndHalf() {
        return of(50, 50);
    }

    /** Everything a checker likes to see. */
    public static Mix everything() {
        return new Mix(80, 60, 16, 30, 10, 6, 6, 2);
    }

    long sum() {
        return (long) gets + puts + deletes + compareAndSets + scans + batches + batchGets + deleteRanges;
    }
}
