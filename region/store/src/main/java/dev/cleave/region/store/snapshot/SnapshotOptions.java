package dev.cleave.region.store.snapshot;

/**
 * Bounds of snapshots.
 *
 * @param sendingMax transfers that a store sends at once
 * @param receivingMax transfers that it receives at once
 * @param bytesPerSecond what all sendings of a store may take of network and disks together
 * @param windowBytes bytes of one transfer under way without an acknowledgement
 * @param fileBytesMax about how large one file gets
 * @param inlineBytesMax a region with no more data than this travels in the offer itself, if the log can hold it; 0 for none
 * @param silenceNanos a transfer that has made no progress for this long is given up
 * @param youngNanos for how long after a split its children are left to split elsewhere too, rather than fed by snapshot
 */
public record SnapshotOptions(
        int sendingMax,
        int receivingMax,
        long bytesPerSecond,
        int windowBytes,
        long fileBytesMax,
        int inlineBytesMax,
        long silenceNanos,
        long youngNanos) {
    public SnapshotOptions {
        if (sendingMax < 1 || receivingMax < 1 || bytesPerSecond < 1 << 20 || windowBytes < SnapshotFrame.CHUNK_BYTES) {
            throw new IllegalArgumentException(
                    "snapshots need a slot on both sides, at least 1 MiB per second, and a window of a chunk (256 KiB)");
        }
    }

    public static SnapshotOptions defaults() {
        return new SnapshotOptions(4, 4, 64L << 20, 4 << 20, 64L << 20, 1 << 20, 20_000_000_000L, 3_000_000_000L);
    }
}
