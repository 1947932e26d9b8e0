package dev.cleave.region.store.report;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.control.FromPlacement;
import dev.cleave.region.control.PlacementStub;
import dev.cleave.region.control.ToPlacement;
import dev.cleave.region.protocol.RegionLoad;
import dev.cleave.region.replica.ReplicaHost;
import dev.cleave.region.store.gate.Roles;
import dev.cleave.region.store.snapshot.SnapshotReceiver;
import dev.cleave.region.store.snapshot.SnapshotSender;
import dev.cleave.region.store.split.LoadWatch;
import dev.cleave.region.store.split.Sizes;
import dev.cleave.region.store.state.PublishedRegions;
import java.util.List;

/** What a running store tells the placement driver from time to time, and what it does on its word. */
@OwnedBy("control agent")
public final class StoreReports {
    private final long storeId;
    private final long startNumber;
    private final Sources sources;
    private final KnownStores stores;
    private final Commands commands;
    private final Verdicts verdicts;
    private final Recoveries recoveries;
    private final RegionReports regions;
    private final ReportOptions options;
    private long nextStoreNanos = Long.MIN_VALUE;

    /** Where the facts come from. */
    public record Sources(
            ReplicaHost host,
            PublishedRegions published,
            Roles roles,
            Sizes sizes,
            SnapshotSender sender,
            SnapshotReceiver receiver,
            DiskUse disk,
            ChangedRegions changed,
            DestroyedReplicas destroyed,
            LoadWatch loads) {}

    public StoreReports(
            long storeId,
            long startNumber,
            Sources sources,
            KnownStores stores,
            Commands commands,
            Verdicts verdicts,
            Recoveries recoveries,
            ReportOptions options) {
        this.recoveries = recoveries;
        this.storeId = storeId;
        this.startNumber = startNumber;
        this.sources = sources;
        this.stores = stores;
        this.commands = commands;
        this.verdicts = verdicts;
        this.options = options;
        this.regions = new RegionReports(
                storeId,
                sources.host(),
                sources.published(),
                sources.sizes(),
                sources.changed(),
                options.regionNanos());
    }

    long storeId() {
        return storeId;
    }

    ChangedRegions changed() {
        return sources.changed();
    }

    Commands commands() {
        return commands;
    }

    Verdicts verdicts() {
        return verdicts;
    }

    Recoveries recoveries() {
        return recoveries;
    }

    KnownStores stores() {
        return stores;
    }

    /** The placement driver may be a new one: tell it everything. */
    void tellAll() {
        nextStoreNanos = Long.MIN_VALUE;
        sources.destroyed().tellAll();
        regions.tellAll();
    }

    /** The placement driver knows something else of the regions led here than it was told. */
    void tellRegions() {
        regions.tellAll();
    }

    int doWork(PlacementStub stub, long nowNanos) {
        int work = 0;
        if (nextStoreNanos == Long.MIN_VALUE || nowNanos - nextStoreNanos >= 0) {
            nextStoreNanos = nowNanos + options.storeNanos();
            stub.ask(heartbeat(), options.answerNanos(), this::answered, () -> {});
            List<RegionLoad> busiest = sources.loads().busiest();
            if (!busiest.isEmpty()) {
                stub.tell(new ToPlacement.Loads(storeId, busiest));
            }
            work++;
        }
        if (!sources.destroyed().isEmpty()) {
            List<Long> replicas = sources.destroyed().untold();
            if (stub.tell(new ToPlacement.Destroyed(storeId, replicas))) {
                sources.destroyed().told(replicas);
                work++;
            }
        }
        return work + regions.doWork(stub, nowNanos);
    }

    private void answered(FromPlacement answer) {
        if (answer instanceof FromPlacement.StoreMap map) {
            stores.take(map);
        }
    }

    private ToPlacement.StoreHeartbeat heartbeat() {
        DiskUse.Space space = sources.disk().space();
        return new ToPlacement.StoreHeartbeat(
                storeId,
                startNumber,
                space.capacityBytes(),
                space.availableBytes(),
                space.usedBytes(),
                sources.published().now().size(),
                sources.roles().leaders(),
                sources.sender().active(),
                sources.receiver().active(),
                stores.version());
    }

    long nextDeadlineNanos() {
        return Math.min(nextStoreNanos, regions.nextDeadlineNanos());
    }
}
