package dev.cleave.region.store.report;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.control.PlacementStub;
import dev.cleave.region.control.ReportDigest;
import dev.cleave.region.control.ToPlacement;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.replica.GroupStatus;
import dev.cleave.region.replica.ReplicaHost;
import dev.cleave.region.store.split.Sizes;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.PublishedRegions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Tells the placement driver about regions led here: at once when they change, from time to time those whose figures have changed, and of all others in one
 * record that they have not. If the placement driver knows something else it asks for all.
 */
@OwnedBy("control agent")
final class RegionReports {
    private static final int REPORTS_PER_TURN = 256;

    private final long storeId;
    private final ReplicaHost host;
    private final PublishedRegions published;
    private final Sizes sizes;
    private final ChangedRegions changed;
    private final long everyNanos;
    /** What was last told on this connection, of regions led here. */
    private final TreeMap<Long, Told> told = new TreeMap<>();

    private long nextRoundNanos = Long.MIN_VALUE;
    private boolean isRoundOpen;
    private long turnNanos;

    /** What was told of a region, and what it was made of: where that is the same, so is what would be told. */
    private record Told(LocalRegion local, GroupStatus status, RegionView view, long digest) {
        boolean isMadeOf(LocalRegion nowLocal, GroupStatus nowStatus, long nowBytes) {
            // Both are replaced when they change: of ten thousand that sleep they are the very same.
            return view.approximateBytes() == nowBytes && local.equals(nowLocal) && status.equals(nowStatus);
        }
    }

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
        told.clear();
        nextRoundNanos = Long.MIN_VALUE;
    }

    int doWork(PlacementStub stub, long nowNanos) {
        turnNanos = nowNanos;
        if (nextRoundNanos == Long.MIN_VALUE || nowNanos - nextRoundNanos >= 0) {
            nextRoundNanos = nowNanos + everyNanos;
            beginRound();
        }
        int work = 0;
        for (long region : changed.take(REPORTS_PER_TURN)) {
            work += tell(stub, region) ? 1 : 0;
        }
        if (isRoundOpen && changed.isEmpty()) {
            isRoundOpen = false;
            stub.tell(unchanged());
            work++;
        }
        return work;
    }

    private void beginRound() {
        isRoundOpen = true;
        List<Long> news = new ArrayList<>();
        for (LocalRegion local : published.now().all()) {
            GroupStatus status = host.status(local.id());
            if (status != null && mayBeTold(local, status) && isNews(local, status)) {
                news.add(local.id());
            }
        }
        changed.addAll(news);
    }

    private boolean isNews(LocalRegion local, GroupStatus status) {
        Told last = told.get(local.id());
        if (last != null && last.isMadeOf(local, status, sizes.of(local.id()))) {
            return false;
        }
        RegionView view = view(local, status);
        if (last == null || !view.equals(last.view())) {
            return true;
        }
        told.put(local.id(), new Told(local, status, view, last.digest()));
        return false;
    }

    private boolean tell(PlacementStub stub, long region) {
        LocalRegion local = published.byId(region);
        GroupStatus status = host.status(region);
        if (local == null || status == null || !mayBeTold(local, status)) {
            return false;
        }
        RegionView view = view(local, status);
        if (!stub.tell(new ToPlacement.RegionHeartbeat(storeId, view))) {
            return false;
        }
        told.put(region, new Told(local, status, view, ReportDigest.of(view)));
        return true;
    }

    private RegionView view(LocalRegion local, GroupStatus status) {
        return new RegionView(
                local.region(),
                storeId,
                status.term(),
                status.commitIndex(),
                status.appliedIndex(),
                sizes.of(local.id()),
                status.pendingReplicas(),
                status.downReplicas());
    }

    /** Whatever has changed since it was told is told later: this is about what was. */
    private ToPlacement.RegionsUnchanged unchanged() {
        told.keySet().removeIf(region -> {
            GroupStatus status = host.status(region);
            return status == null || !status.isLeader();
        });
        ReportDigest digest = new ReportDigest();
        told.values().forEach(each -> digest.add(each.digest()));
        return new ToPlacement.RegionsUnchanged(storeId, digest.regions(), digest.value());
    }

    private static boolean mayBeTold(LocalRegion local, GroupStatus status) {
        // Whoever is no member by what is told here is destroyed: not before a quorum of the others knows it. Then the
        // status changes, and this is tried again.
        return status.isLeader() && status.replicaId() == local.replicaId() && status.isMembershipKnown();
    }

    long nextDeadlineNanos() {
        return changed.isEmpty() ? nextRoundNanos : turnNanos;
    }
}
