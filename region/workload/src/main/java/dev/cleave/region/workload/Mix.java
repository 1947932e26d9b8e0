package dev.cleave.region.workload;

/** How often each kind of operation is chosen, as weights. */
public record Mix(int gets, int puts, int deletes, int compareAndSets, int scans) {
    public Mix {
        if (gets < 0 || puts < 0 || deletes < 0 || compareAndSets < 0 || scans < 0) {
            throw new IllegalArgumentException("weights of a mix cannot be negative");
        }
        if ((long) gets + puts + deletes + compareAndSets + scans <= 0) {
            throw new IllegalArgumentException("a mix needs at least one weight above zero");
        }
    }

    /** Nine gets to one put. */
    public static Mix readMostly() {
        return new Mix(90, 10, 0, 0, 0);
    }

    /** As many gets as puts. */
    public static Mix halfAndHalf() {
        return new Mix(50, 50, 0, 0, 0);
    }

    /** Everything a checker likes to see. */
    public static Mix everything() {
        return new Mix(40, 30, 10, 15, 5);
    }

    long sum() {
        return (long) gets + puts + deletes + compareAndSets + scans;
    }
}
