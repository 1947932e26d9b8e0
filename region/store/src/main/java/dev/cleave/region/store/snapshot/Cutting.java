package dev.cleave.region.store.snapshot;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.kv.KvSnapshot;
import dev.cleave.engine.kv.RangeFiles;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.store.state.LocalRegion;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A region's state at one moment on its way into a snapshot, as fast as the rate allows. It stays whole only while the region keeps its range here: what another
 * replica gives up (a child of it that is destroyed) is unlinked under it.
 */
@OwnedBy("storage agent")
final class Cutting implements AutoCloseable {
    /** A region's state at one moment. */
    record Moment(KvSnapshot view, Region region, long index, long term) {
        SnapshotContent with(String prefix, List<RangeFiles.Info> files) {
            return SnapshotContent.ofFiles(region, index, term, prefix, files);
        }
    }

    private final Moment moment;
    private final long replicaId;
    private final String prefix;
    private final RangeFiles.@Nullable Export export;
    private @Nullable SnapshotContent content;

    private Cutting(
            Moment moment,
            long replicaId,
            String prefix,
            RangeFiles.@Nullable Export export,
            @Nullable SnapshotContent content) {
        this.moment = moment;
        this.replicaId = replicaId;
        this.prefix = prefix;
        this.export = export;
        this.content = content;
    }

    /** One whose data go into files. */
    static Cutting toFiles(Moment moment, long replicaId, String prefix, RangeFiles.Export export) {
        return new Cutting(moment, replicaId, prefix, export, null);
    }

    /** One that holds all data itself. */
    static Cutting inline(Moment moment, long replicaId, SnapshotContent content) {
        return new Cutting(moment, replicaId, content.prefix(), null, content);
    }

    String prefix() {
        return prefix;
    }

    long replicaId() {
        return replicaId;
    }

    /** Whether the region still has the range, and the replica, that it had. */
    boolean isStill(LocalRegion now) {
        return now.replicaId() == replicaId
                && now.region().range().equals(moment.region().range());
    }

    /** Writes as much as may be written now and returns how many steps that were. */
    int pump(RateLimit rate, long nowNanos) {
        int steps = 0;
        RangeFiles.Export to = export;
        while (to != null && content == null && rate.take(SnapshotFrame.CHUNK_BYTES, nowNanos)) {
            if (!to.write(SnapshotFrame.CHUNK_BYTES)) {
                content = moment.with(prefix, to.files());
            }
            steps++;
        }
        return steps;
    }

    /** The snapshot, once it is complete. */
    Optional<SnapshotContent> content() {
        return Optional.ofNullable(content);
    }

    @Override
    public void close() {
        if (export != null) {
            export.close();
        }
        moment.view().close();
    }
}
