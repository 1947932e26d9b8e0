package dev.cleave.region.client;

/**
 * Whether and how far a client gathers plain calls. While requests with writes to a region are under way, further plain puts and
 * deletes of single keys there wait for each other and leave together as one request, which the region's replicas then agree on, force
 * and apply at once. Gets likewise, among themselves: the store reads all keys of such a request under one lease, or asks a quorum once for all of them. Nothing waits for
 * time to pass: the first leaves at once, the others as soon as a request is answered or a
 * full one has come together. Each call keeps its own deadline and outcome. Conditional writes, those with a time to live, and batches leave by
 * themselves, behind what came before them; scans and batch gets by themselves.
 *
 * @param callsMax how many calls leave together; 1 switches gathering off
 * @param bytesMax about how large such a request may be; one call always fits
 * @param requestsMax requests with gathered writes under way to one region beyond which only full ones leave
 * @param readRequestsMax the same of gathered gets, which leave in so many equal shares, once they are many
 */
public record Gathering(int callsMax, int bytesMax, int requestsMax, int readRequestsMax) {
    /** Every call is a request of its own. */
    public static final Gathering OFF = new Gathering(1, 1, 1, 1);

    private static final int CALLS_MOST = 1_000;
    private static final int BYTES_MOST = 4 << 20;

    public Gathering {
        require(callsMax > 0 && callsMax <= CALLS_MOST, "callsMax must be 1 to " + CALLS_MOST + ", not " + callsMax);
        require(bytesMax > 0 && bytesMax <= BYTES_MOST, "bytesMax must be 1 to " + BYTES_MOST + ", not " + bytesMax);
        require(requestsMax > 0, "requestsMax must be positive, not " + requestsMax);
        require(readRequestsMax > 0, "readRequestsMax must be positive, not " + readRequestsMax);
    }

    /** 256 calls, 512 KiB, four requests of each kind per region. */
    public static Gathering defaults() {
        return new Gathering(256, 512 << 10, 4, 4);
    }

    boolean isOn() {
        return callsMax > 1;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
