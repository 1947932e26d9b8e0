package dev.cleave.region.store.lifecycle;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.replica.ReplicaHost;
import dev.cleave.region.store.gate.ReadAgents;
import dev.cleave.region.store.gate.Roles;
import dev.cleave.region.store.snapshot.SnapshotFiles;
import dev.cleave.region.store.state.AppliedRegion;
import dev.cleave.region.store.state.Tombstone;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a replica ends: it is detached and what it has applied is flushed; its end is forced to the log; readers leave; tombstone and deletion are one durable batch; only then files go; last the
 * log forgets it. Start-up repeats what was open. Each step makes the next one due.
 */
@AnyThread
public final class Destroy {
    private static final Logger LOG = LoggerFactory.getLogger(Destroy.class);

    private final StoreState state;
    private final RegionData data;
    private final Roles roles;
    private final ReadAgents readers;
    private final DueSteps steps;
    private final SnapshotFiles files;
    private final Endings endings;
    private final Supplier<ReplicaHost> host;

    public Destroy(
            StoreState state,
            Roles roles,
            ReadAgents readers,
            DueSteps steps,
            SnapshotFiles files,
            Endings endings,
            Supplier<ReplicaHost> host) {
        this.state = state;
        this.data = new RegionData(state);
        this.roles = roles;
        this.readers = readers;
        this.steps = steps;
        this.files = files;
        this.endings = endings;
        this.host = host;
    }

    /** Begins the end of a replica, unless it has begun already or another one is here. */
    public void begin(long region, long replicaId, String reason) {
        if (!state.lives().ends(region, replicaId)) {
            return;
        }
        LOG.info("event=replica-ends region={} replica={} reason=\"{}\"", region, replicaId, reason);
        steps.put(() -> detach(region, replicaId));
    }

    /**
     * From here on nothing of the replica is applied or served, and all that was applied is durable: a start-up that finds the mark must not miss a
     * split that gave part of the range to a child.
     */
    private void detach(long region, long replicaId) {
        AppliedRegion applied = state.turn()
                .between(() -> {
                    AppliedRegion found = state.states().find(region);
                    if (found != null) {
                        state.ranges().keep(region, found.region().range());
                    }
                    state.states().remove(region, replicaId);
                    state.published().remove(region);
                    return Optional.ofNullable(found);
                })
                .orElse(null);
        state.engine().flush();
        KeyRange range = applied == null ? null : applied.region().range();
        Epoch epoch = applied == null ? Epoch.NONE : applied.region().epoch();
        byte[] mark = new LifecycleMark.Destroying(epoch, range).encode();
        Tombstone tombstone = new Tombstone(region, replicaId, epoch);
        host.get().destroy(region, replicaId, mark, () -> steps.put(() -> fence(tombstone, range)));
    }

    private void fence(Tombstone tombstone, @Nullable KeyRange range) {
        roles.remove(tombstone.region());
        readers.fence(() -> steps.put(() -> clear(tombstone, range)));
    }

    private void clear(Tombstone tombstone, @Nullable KeyRange range) {
        long region = tombstone.region();
        long replicaId = tombstone.replicaId();
        data.destroy(tombstone, range);
        state.ranges().ended(region, replicaId);
        files.dropOf(region, replicaId);
        state.lives().ended(region, replicaId);
        forget(region, replicaId);
    }

    /** Start-up: these replicas' data are gone; the log must forget them too. */
    public void finish(List<Recovery.Replica> gone) {
        gone.forEach(replica -> forget(replica.region(), replica.replicaId()));
    }

    private void forget(long region, long replicaId) {
        host.get().forget(region, replicaId, () -> {
            LOG.info("event=replica-destroyed region={} replica={}", region, replicaId);
            endings.destroyed(region, replicaId);
        });
    }
}
