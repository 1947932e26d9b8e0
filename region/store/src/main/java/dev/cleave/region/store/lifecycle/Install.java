package dev.cleave.region.store.lifecycle;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.region.replica.Places;
import dev.cleave.region.replica.ReplicaHost;
import dev.cleave.region.store.gate.ReadAgents;
import dev.cleave.region.store.snapshot.ArrivedSnapshot;
import dev.cleave.region.store.snapshot.SnapshotContent;
import dev.cleave.region.store.snapshot.SnapshotFiles;
import dev.cleave.region.store.state.Memberships;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a snapshot becomes a replica's state: the state that made room for it is flushed; the intent is forced to the log; readers of the old state leave; data are replaced and the new state is
 * flushed; the log begins anew; the intent is cleared; the files go. Start-up repeats what was open.
 */
@AnyThread
public final class Install {
    private static final Logger LOG = LoggerFactory.getLogger(Install.class);

    private final StoreState state;
    private final RegionData data;
    private final ReadAgents readers;
    private final DueSteps steps;
    private final SnapshotFiles files;
    private final Damaged damaged;
    private final Supplier<ReplicaHost> host;

    public Install(
            StoreState state,
            ReadAgents readers,
            DueSteps steps,
            SnapshotFiles files,
            Damaged damaged,
            Supplier<ReplicaHost> host) {
        this.damaged = damaged;
        this.state = state;
        this.data = new RegionData(state);
        this.readers = readers;
        this.steps = steps;
        this.files = files;
        this.host = host;
    }

    /** Hears of a replica whose snapshot cannot be installed any more. */
    @FunctionalInterface
    public interface Damaged {
        void begin(long region, long replicaId, String reason);
    }

    /** The group has accepted the snapshot. */
    public void begin(long region, long replicaId, ArrivedSnapshot snapshot) {
        if (!state.lives().installs(region, replicaId)) {
            unwanted(region, snapshot);
            return;
        }
        SnapshotContent content = snapshot.content();
        byte[] mark = new LifecycleMark.Installing(content).encode();
        steps.put(() -> {
            // That the range is free here may rest on a split that only memory knows. The intent, once forced, is
            // carried
            // out again by a start-up that must find the range free, too.
            state.engine().flush();
            host.get().mark(region, replicaId, mark, () -> steps.put(() -> fence(replicaId, content)));
        });
    }

    /** The group has no use for the snapshot. */
    public void unwanted(long region, ArrivedSnapshot snapshot) {
        steps.put(() -> {
            state.ranges().release(region, snapshot.replicaId());
            files.drop(snapshot.content());
        });
    }

    // If the host's own snapshotInstalled no longer finds the group installing, the replica is being destroyed: that
    // story goes on instead.

    private void fence(long replicaId, SnapshotContent content) {
        long region = content.region().id();
        if (state.lives().is(region, replicaId, Life.INSTALLING)) {
            state.turn().between(() -> state.published().remove(region));
            readers.fence(() -> steps.put(() -> replace(replicaId, content)));
        }
    }

    private void replace(long replicaId, SnapshotContent content) {
        long region = content.region().id();
        if (!state.lives().is(region, replicaId, Life.INSTALLING)) {
            return; // It is being destroyed instead, which also drops the files.
        }
        if (!files.areSound(content)) {
            // What it held before may be gone already, and it has said that it would stand on this: a new one takes its
            // place.
            damaged.begin(region, replicaId, "its snapshot was damaged before it was installed");
            return;
        }
        data.install(replicaId, content);
        state.ranges().release(region, replicaId);
        state.lives().installed(region, replicaId);
        LOG.info(
                "event=snapshot-installed region={} replica={} index={} bytes={}",
                region,
                replicaId,
                content.index(),
                content.bytes());
        host.get()
                .snapshotInstalled(
                        region,
                        replicaId,
                        content.index(),
                        content.term(),
                        Memberships.of(content.region()),
                        Places.of(content.region()),
                        () -> steps.put(() -> close(replicaId, content)));
    }

    /** Start-up: these snapshots are installed; what is left is to close their stories. */
    public void finish(List<Recovery.Reopened> installed) {
        installed.forEach(each -> steps.put(() -> close(each.replicaId(), each.content())));
    }

    private void close(long replicaId, SnapshotContent content) {
        long region = content.region().id();
        if (!state.lives().is(region, replicaId, Life.INITIALIZED)) {
            return; // It is being destroyed: clearing the mark now would wipe the one that says so.
        }
        host.get().mark(region, replicaId, LifecycleMark.NONE, () -> steps.put(() -> files.drop(content)));
    }
}
