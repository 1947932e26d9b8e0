package dev.cleave.region.replica;

/**
 * Bounds of a host.
 *
 * @param inboxItemsMax waiting requests, frames and completions
 * @param applyQueueMax waiting ranges of committed entries
 * @param tailBytesMax memory for applied entries that a lagging follower may still want, per group
 * @param retainedEntries entries kept in the log behind the applied index, for those who lag a little
 * @param laggardEntriesMax a follower further behind than this is left to a snapshot rather than pin the log
 * @param sweepNanos how often deadlines, log truncation and reports are looked at
 * @param lonelyNanos how long without a leader before the replica asks whether it is still a member
 */
public record ReplicaOptions(
        int inboxItemsMax,
        int applyQueueMax,
        int tailBytesMax,
        long retainedEntries,
        long laggardEntriesMax,
        long sweepNanos,
        long lonelyNanos) {
    public ReplicaOptions {
        if (inboxItemsMax < 16 || applyQueueMax < 16 || sweepNanos <= 0 || retainedEntries < 0) {
            throw new IllegalArgumentException(
                    "inbox and apply queue hold at least 16 items; the sweep interval is positive");
        }
    }

    public static ReplicaOptions defaults() {
        return new ReplicaOptions(65_536, 8_192, 4 << 20, 5_000, 200_000, 100_000_000L, 10_000_000_000L);
    }
}
