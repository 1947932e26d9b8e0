package dev.cleave.region.replica;

/**
 * Bounds of a host.
 *
 * @param inboxItemsMax waiting requests, frames and completions
 * @param applyQueueMax waiting ranges of committed entries
 * @param tailBytesMax memory for applied entries that a lagging follower may still want, per group
 * @param tailsBytesMax entries of all groups in memory above which applied ones go, whoever may still want them: the log has them
 * @param retainedEntries entries kept in the log behind the applied index, for those who lag a little
 * @param laggardEntriesMax a follower further behind than this is left to a snapshot rather than pin the log
 * @param sweepNanos how often deadlines, log truncation and reports are looked at
 * @param lonelyNanos how long without a leader before the replica asks whether it is still a member
 * @param lazyApplyNanos how long committed entries may wait on a follower until they take effect together; 0 for not at all
 * @param diskHandOverNanos how long the log's disk may answer nothing before leaderships are handed over
 * @param diskEndNanos how long before the process ends; above the hiccups of network disks
 */
public record ReplicaOptions(
        int inboxItemsMax,
        int applyQueueMax,
        int tailBytesMax,
        long tailsBytesMax,
        long retainedEntries,
        long laggardEntriesMax,
        long sweepNanos,
        long lonelyNanos,
        long lazyApplyNanos,
        long diskHandOverNanos,
        long diskEndNanos) {
    private static final long TAILS_BYTES_MAX = 32L << 20;
    /** See the record on followers that apply lazily (docs/adr/0007). */
    private static final long LAZY_APPLY_NANOS = 50_000_000L;

    private static final long DISK_HAND_OVER_NANOS = 3_000_000_000L;
    private static final long DISK_END_NANOS = 15_000_000_000L;

    public ReplicaOptions {
        if (inboxItemsMax < 16 || applyQueueMax < 16 || sweepNanos <= 0 || retainedEntries < 0) {
            throw new IllegalArgumentException(
                    "inbox and apply queue hold at least 16 items; the sweep interval is positive");
        }
        if (lazyApplyNanos < 0) {
            throw new IllegalArgumentException("entries take effect lazily within 0 ns or more");
        }
        if (diskHandOverNanos <= 0 || diskEndNanos <= diskHandOverNanos) {
            throw new IllegalArgumentException("a hanging disk ends the process after leaderships are handed over");
        }
    }

    /** With the usual memory for all groups, and the usual patience for a disk that hangs. */
    public ReplicaOptions(
            int inboxItemsMax,
            int applyQueueMax,
            int tailBytesMax,
            long retainedEntries,
            long laggardEntriesMax,
            long sweepNanos,
            long lonelyNanos) {
        this(
                inboxItemsMax,
                applyQueueMax,
                tailBytesMax,
                TAILS_BYTES_MAX,
                retainedEntries,
                laggardEntriesMax,
                sweepNanos,
                lonelyNanos,
                LAZY_APPLY_NANOS,
                DISK_HAND_OVER_NANOS,
                DISK_END_NANOS);
    }

    public ReplicaOptions withTailsBytesMax(long bytes) {
        return new ReplicaOptions(
                inboxItemsMax,
                applyQueueMax,
                tailBytesMax,
                bytes,
                retainedEntries,
                laggardEntriesMax,
                sweepNanos,
                lonelyNanos,
                lazyApplyNanos,
                diskHandOverNanos,
                diskEndNanos);
    }

    /** @param nanos 0 or more; 0 has followers apply at once */
    public ReplicaOptions withLazyApply(long nanos) {
        return new ReplicaOptions(
                inboxItemsMax,
                applyQueueMax,
                tailBytesMax,
                tailsBytesMax,
                retainedEntries,
                laggardEntriesMax,
                sweepNanos,
                lonelyNanos,
                nanos,
                diskHandOverNanos,
                diskEndNanos);
    }

    public static ReplicaOptions defaults() {
        return new ReplicaOptions(65_536, 8_192, 4 << 20, 5_000, 200_000, 100_000_000L, 10_000_000_000L);
    }
}
