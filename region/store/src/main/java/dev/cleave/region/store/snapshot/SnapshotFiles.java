package dev.cleave.region.store.snapshot;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.kv.RangeFiles;
import java.util.Collection;
import java.util.TreeSet;

/**
 * The names of snapshot files, made from ids alone, and their removal.
 *
 * <pre>
 * snap-REGION-REPLICA-INDEX-TRANSFER-N   received
 * send-TRANSFER-N                        to be sent
 * </pre>
 */
@AnyThread
public final class SnapshotFiles {
    /** No prefix is longer. */
    static final String LONGEST_PREFIX = received(Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE);

    private final RangeFiles files;

    public SnapshotFiles(RangeFiles files) {
        this.files = files;
    }

    RangeFiles files() {
        return files;
    }

    static String received(long region, long replicaId, long index, long transfer) {
        return "snap-" + region + "-" + replicaId + "-" + index + "-" + transfer;
    }

    static String toSend(long transfer) {
        return "send-" + transfer;
    }

    /** Deletes a snapshot's files. */
    public void drop(SnapshotContent content) {
        files.delete(content.prefix() + "-");
    }

    /** Whether all that was received is still there as it was sealed. Reads it all. */
    public boolean areSound(SnapshotContent content) {
        return content.files().stream().allMatch(files::seal);
    }

    void drop(String prefix) {
        files.delete(prefix + "-");
    }

    /** Deletes whatever was received for a replica. */
    public void dropOf(long region, long replicaId) {
        files.delete("snap-" + region + "-" + replicaId + "-");
    }

    /** Start-up: deletes all files but those of {@code kept} snapshots. */
    public void sweep(Collection<SnapshotContent> kept) {
        TreeSet<String> names = new TreeSet<>();
        kept.forEach(content -> names.addAll(content.names()));
        for (String name : files.list()) {
            if (!names.contains(name)) {
                files.delete(name);
            }
        }
    }
}
