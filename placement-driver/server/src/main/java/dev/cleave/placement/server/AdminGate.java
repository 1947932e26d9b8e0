package dev.cleave.placement.server;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.placement.server.catalog.CatalogCommand;
import dev.cleave.placement.server.catalog.CatalogResult;
import dev.cleave.placement.server.catalog.StoreRecord;
import dev.cleave.placement.server.check.RequestCheck;
import dev.cleave.placement.server.check.Retirement;
import dev.cleave.placement.server.observed.RegionTree;
import dev.cleave.placement.server.plan.Operator;
import dev.cleave.placement.server.plan.Plan;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdReply.Kind;
import dev.cleave.region.protocol.PdReply.Refused;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a person may ask to be changed: checked here, carried out by operators and the log. */
@OwnedBy("placement agent")
final class AdminGate {
    private static final Logger LOG = LoggerFactory.getLogger(AdminGate.class);
    private static final String BY_REQUEST = "asked for";

    private final ClusterMap map;
    private final PlacementOptions options;
    private final Planner planner;
    private final Proposals proposals;
    private final Consistency consistency;
    private final Recovery recovery;
    private final long startNanos;

    AdminGate(
            ClusterMap map,
            PlacementOptions options,
            Planner planner,
            Proposals proposals,
            Consistency consistency,
            Recovery recovery) {
        this.consistency = consistency;
        this.recovery = recovery;
        this.map = map;
        this.options = options;
        this.planner = planner;
        this.proposals = proposals;
        this.startNanos = map.nowNanos();
    }

    void split(PdRequest.SplitRegion request, Consumer<PdReply> told) {
        Region region = free(request.regionId(), told);
        if (region == null || refused(RequestCheck.split(region, request.keys()), told)) {
            return;
        }
        planner.create(
                region.id(),
                request.keys().size() * (1 + region.peers().size()),
                ids -> Plan.split(region, request.keys(), ids, BY_REQUEST),
                told);
    }

    void migrate(PdRequest.MigrateRegion request, Consumer<PdReply> told) {
        Region region = free(request.regionId(), told);
        if (region == null
                || refused(
                        RequestCheck.migrate(
                                region, request.fromStore(), request.toStore(), map.store(request.toStore())),
                        told)
                || refused(RequestCheck.quorum(map.region(region.id()), request.fromStore()), told)) {
            return;
        }
        Peer out = region.peerOn(request.fromStore()).orElseThrow();
        planner.create(
                region.id(), 1, ids -> Plan.move(region, out, ids.getAsLong(), request.toStore(), BY_REQUEST), told);
    }

    void transfer(PdRequest.TransferLeader request, Consumer<PdReply> told) {
        Region region = free(request.regionId(), told);
        if (region == null || refused(RequestCheck.transfer(region, request.toStore()), told)) {
            return;
        }
        Peer to = region.peerOn(request.toStore()).orElseThrow();
        planner.create(region.id(), 0, ids -> Plan.transfer(region, to, BY_REQUEST), told);
    }

    void check(PdRequest.CheckRegion request, Consumer<PdReply> told) {
        consistency.check(request.regionId(), told);
    }

    void recover(PdRequest.RecoverRegions request, Consumer<PdReply> told) {
        recovery.recover(request, told);
    }

    void cancel(PdRequest.CancelOperator request, Consumer<PdReply> told) {
        long id = request.operatorId();
        Operator running = map.catalog().running().get(id);
        if (running != null) {
            planner.cancel(running, told);
        } else if (map.catalog().ended().containsKey(id)) {
            told.accept(new Refused(
                    Kind.INVALID, "operator " + id + " has ended already: see `cleave operator show " + id + "`"));
        } else {
            told.accept(new Refused(
                    Kind.NOT_FOUND, "operator " + id + " is not known; `cleave operator list` shows those that are"));
        }
    }

    void removeStore(PdRequest.RemoveStore request, Consumer<PdReply> told) {
        StoreRecord store = map.catalog().store(request.storeId());
        if (store == null) {
            String message = "store " + request.storeId() + " is not known; `cleave store list` shows those that are";
            told.accept(new Refused(Kind.NOT_FOUND, message));
        } else if (store.isRemoved()) {
            told.accept(new Refused(Kind.INVALID, "store " + store.id() + " has been removed already"));
        } else if (request.isLost()) {
            removeLost(store, told);
        } else {
            drain(store, told);
        }
    }

    private void drain(StoreRecord store, Consumer<PdReply> told) {
        String refusal = Retirement.drainRefusal(store.id(), map.upStores(), options.replicasMax())
                .orElse("");
        if (refusal.isEmpty()) {
            setLife(store.id(), StoreRecord.Life.DRAINING, told);
        } else {
            told.accept(new Refused(Kind.UNSAFE, refusal));
        }
    }

    private void removeLost(StoreRecord store, Consumer<PdReply> told) {
        if (map.stores().isHeard(store.id(), map.nowNanos())) {
            long millis = map.stores().ageNanos(store.id(), map.nowNanos()) / 1_000_000;
            String message = "store " + store.id() + " was heard of " + millis
                    + " ms ago, so it is not lost: stop it and wait "
                    + options.disconnectedAfter().toSeconds()
                    + " s, or drain it without --lost";
            told.accept(new Refused(Kind.UNSAFE, message));
            return;
        }
        Refused unknown = unknownRegions();
        if (unknown != null) {
            told.accept(unknown);
            return;
        }
        var regions = map.regions().all().stream().map(RegionTree.Known::region).toList();
        String refusal = Retirement.lossRefusal(store.id(), regions, map).orElse("");
        if (refusal.isEmpty()) {
            setLife(store.id(), StoreRecord.Life.REMOVED, told);
        } else {
            told.accept(new Refused(Kind.UNSAFE, refusal));
        }
    }

    /** Without having heard of every region nobody can say whether a store may be given up. */
    private @Nullable Refused unknownRegions() {
        Key hole = map.regions().firstHole();
        var first = map.catalog().firstRegion();
        boolean isUnborn = first == null || !first.isSeen();
        if (hole == null || isUnborn) {
            return null;
        }
        boolean isYoung =
                map.nowNanos() - startNanos < options.regionSilenceMax().toNanos();
        return isYoung
                ? new Refused(
                        Kind.UNAVAILABLE,
                        "not all regions have reported since this placement driver started; try again in "
                                + options.regionSilenceMax().toSeconds() + " s")
                : new Refused(
                        Kind.UNSAFE,
                        "no region that holds the keys from " + hole
                                + " on reports: it may have lost its quorum; bring its stores back first");
    }

    private void setLife(long storeId, StoreRecord.Life life, Consumer<PdReply> told) {
        proposals.propose(new CatalogCommand.SetStoreLife(storeId, life), new Proposals.Outcome() {
            @Override
            public void applied(CatalogResult result) {
                LOG.info("store.life store={} life={} result={}", storeId, life, result);
                told.accept(
                        result instanceof CatalogResult.Refused refused
                                ? new Refused(Kind.UNSAFE, refused.message())
                                : new PdReply.Accepted(0));
            }

            @Override
            public void failed(String why) {
                told.accept(new Refused(Kind.UNAVAILABLE, why));
            }
        });
    }

    /** The region if it may be worked on; else it is refused, and null. */
    private @Nullable Region free(long regionId, Consumer<PdReply> told) {
        RegionView view = map.region(regionId);
        Refused refusal = RequestCheck.region(regionId, view, planner.on(regionId));
        if (refusal == null && planner.isBusy(regionId)) {
            refusal = new Refused(Kind.UNAVAILABLE, "region " + regionId + " is busy; try again soon");
        }
        return refused(refusal, told) ? null : Objects.requireNonNull(view).region();
    }

    private static boolean refused(@Nullable Refused refusal, Consumer<PdReply> told) {
        if (refusal != null) {
            told.accept(refusal);
        }
        return refusal != null;
    }
}
