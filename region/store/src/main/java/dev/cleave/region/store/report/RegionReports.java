package dev.cleave.region.store.report;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.control.PlacementStub;
import dev.cleave.region.control.ToPlacement;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.replica.GroupStatus;
import dev.cleave.region.replica.ReplicaHost;
import dev.cleave.region.store.split.Sizes;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.PublishedRegions;
import java.util.Optional;

/** Tells the placement driver about regions led here: at once when they change, all of them from time to time. */
@OwnedBy("control agent")
final class RegionReports {
    private static final int REPORTS_PER_TURN = 256;

    private final long storeId;
    private final ReplicaHost host;
    private final PublishedRegions published;
    private final Sizes sizes;
    private final ChangedRegions changed;
    private final long everyNanos;
    private long nextAllNanos = Long.MIN_VALUE;
    private long turnNanos;

    RegionReports(
            long storeId,
            ReplicaHost host,
            PublishedRegions published,
            Sizes sizes,
            ChangedRegions changed,
            long everyNanos) {
        this.storeId = storeId;
        this.host = host;
        this.published = published;
        this.sizes = sizes;
        this.changed = changed;
        this.everyNanos = everyNanos;
    }

    /** All regions are to be told in the next turns: the placement driver may know nothing. */
    void tellAll() {
        nextAllNanos = Long.MIN_VALUE;
    }

    int doWork(PlacementStub stub, long nowNanos) {
        turnNanos = nowNanos;
        if (nextAllNanos == Long.MIN_VALUE || nowNanos - nextAllNanos >= 0) {
            nextAllNanos = nowNanos + everyNanos;
            changed.addAll(published.now().all().stream().map(LocalRegion::id).toList());
        }
        int told = 0;
        for (long region : changed.take(REPORTS_PER_TURN)) {
            Optional<RegionView> view = view(region);
            if (view.isPresent()) {
                stub.tell(new ToPlacement.RegionHeartbeat(storeId, view.get()));
                told++;
            }
        }
        return told;
    }

    private Optional<RegionView> view(long region) {
        LocalRegion local = published.byId(region);
        GroupStatus status = host.status(region);
        if (local == null || status == null || !status.isLeader() || status.replicaId() != local.replicaId()) {
            return Optional.empty();
        }
        // Whoever is no member by what is told here is destroyed: not before a quorum of the others knows it. Then the
        // status changes, and this is tried again.
        if (!status.isMembershipKnown()) {
            return Optional.empty();
        }
        return Optional.of(new RegionView(
                local.region(),
                storeId,
                status.term(),
                status.commitIndex(),
                status.appliedIndex(),
                sizes.of(region),
                status.pendingReplicas(),
                status.downReplicas()));
    }

    long nextDeadlineNanos() {
        return changed.isEmpty() ? nextAllNanos : turnNanos;
    }
}
