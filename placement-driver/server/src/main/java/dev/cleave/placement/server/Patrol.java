package dev.cleave.placement.server;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.placement.server.catalog.CatalogCommand;
import dev.cleave.placement.server.catalog.CatalogResult;
import dev.cleave.placement.server.catalog.StoreRecord;
import dev.cleave.placement.server.check.Need;
import dev.cleave.placement.server.check.ReplicaChecker;
import dev.cleave.placement.server.observed.RegionTree;
import dev.cleave.placement.server.plan.Operator;
import dev.cleave.placement.server.plan.OperatorDesk;
import dev.cleave.placement.server.plan.Plan;
import dev.cleave.placement.server.plan.Step;
import dev.cleave.region.control.FromPlacement;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.RegionView;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes round: asks the checkers about every region, makes operators of what they say, retires drained stores, relieves stores that are about
 * to stop, and watches joint configurations.
 */
@OwnedBy("placement agent")
final class Patrol {
    private static final Logger LOG = LoggerFactory.getLogger(Patrol.class);
    private static final long JOINT_NANOS_MAX = 30_000_000_000L;

    private final ClusterMap map;
    private final PlacementOptions options;
    private final Planner planner;
    private final OperatorDesk desk;
    private final Sessions sessions;
    private final Proposals proposals;
    private final ReplicaChecker checker;
    /** Since when each region has been seen in a joint configuration. */
    private final TreeMap<Long, Long> jointSince = new TreeMap<>();

    private boolean isRetiring;

    Patrol(
            ClusterMap map,
            PlacementOptions options,
            Planner planner,
            OperatorDesk desk,
            Sessions sessions,
            Proposals proposals) {
        this.map = map;
        this.options = options;
        this.planner = planner;
        this.desk = desk;
        this.sessions = sessions;
        this.proposals = proposals;
        this.checker = new ReplicaChecker(options.replicasMax());
    }

    /** One round over everything. */
    void round() {
        boolean isCounted = false;
        for (RegionTree.Known known : map.regions().all()) {
            boolean isPlain = checker.isPlain(known.region(), map);
            if (!isPlain || !jointSince.isEmpty()) {
                watchJoint(known);
            }
            if (!isPlain) {
                if (!isCounted) {
                    count();
                    isCounted = true;
                }
                check(known);
            }
        }
        relieve();
        retireDrained();
    }

    /** One region has changed: no need to wait for the next round. */
    void look(long regionId) {
        RegionTree.Known known = map.regions().byId(regionId);
        boolean isIdle = known != null && !planner.isBusy(regionId);
        if (known != null && isIdle && checker.check(known.view(), map).isPresent()) {
            count();
            check(known);
        }
    }

    /** Asks the leaders on stores that are about to stop to hand over. */
    void relieve() {
        for (long store : map.leavingStores()) {
            for (RegionTree.Known known : map.regions().all()) {
                if (known.view().leaderStore() == store) {
                    successor(known.view()).ifPresent(to -> handOver(known, to));
                }
            }
        }
    }

    private void handOver(RegionTree.Known known, Peer to) {
        FromPlacement.Command command = new FromPlacement.Command(
                0,
                known.region().id(),
                known.region().epoch(),
                new FromPlacement.Action.TransferLeader(to.replicaId()));
        sessions.push(known.view().leaderStore(), command);
    }

    private Optional<Peer> successor(RegionView view) {
        return view.region().peers().stream()
                .filter(peer -> peer.role() == PeerRole.VOTER || peer.role() == PeerRole.INCOMING_VOTER)
                .filter(peer -> peer.storeId() != view.leaderStore())
                .filter(peer -> !view.pendingReplicas().contains(peer.replicaId()))
                .filter(peer -> !view.downReplicas().contains(peer.replicaId()))
                .filter(peer -> map.isUp(peer.storeId()))
                .min(Comparator.comparingInt((Peer peer) -> leaders(peer.storeId()))
                        .thenComparing(Peer::replicaId));
    }

    private int leaders(long storeId) {
        var info = map.store(storeId);
        return info == null ? 0 : info.leaders();
    }

    private void count() {
        map.count();
        for (Operator operator : desk.running()) {
            for (Step step : operator.steps()) {
                if (step instanceof Step.AddLearner add) {
                    RegionView view = map.region(operator.regionId());
                    boolean isThere =
                            view != null && view.region().peer(add.replicaId()).isPresent();
                    map.countAdd(add.storeId(), isThere);
                }
            }
        }
    }

    private void check(RegionTree.Known known) {
        if (planner.isBusy(known.region().id()) || planner.running() >= options.checkerOperatorsMax()) {
            return;
        }
        RegionView view = map.seen(known);
        if (view.leaderStore() != 0) {
            checker.check(view, map).ifPresent(need -> plan(view, need));
        }
    }

    private void plan(RegionView view, Need need) {
        long regionId = view.region().id();
        Peer peer = need.peer();
        switch (need.kind()) {
            case REMOVE ->
                planner.create(
                        regionId,
                        0,
                        ids -> Plan.remove(view.region(), Objects.requireNonNull(peer), need.reason()),
                        told -> {});
            case MOVE -> {
                map.countAdd(need.toStore(), false);
                planner.create(
                        regionId,
                        1,
                        ids -> Plan.move(
                                view.region(),
                                Objects.requireNonNull(peer),
                                ids.getAsLong(),
                                need.toStore(),
                                need.reason()),
                        told -> {});
            }
            case GROW -> {
                map.countAdd(need.toStore(), peer != null);
                planner.create(
                        regionId,
                        1,
                        ids -> Plan.add(
                                view.region(),
                                peer == null ? ids.getAsLong() : drawn(peer, ids.getAsLong()),
                                need.toStore(),
                                need.reason()),
                        told -> {});
            }
        }
    }

    /** The learner that is there already; the fresh id is not needed. */
    private static long drawn(Peer learner, long unused) {
        return learner.replicaId();
    }

    private void watchJoint(RegionTree.Known known) {
        long id = known.region().id();
        if (!known.region().isJoint()) {
            jointSince.remove(id);
            return;
        }
        long since = jointSince.computeIfAbsent(id, region -> map.nowNanos());
        if (map.nowNanos() - since > JOINT_NANOS_MAX) {
            LOG.warn(
                    "region.joint region={} peers={} seconds={}",
                    id,
                    known.region().peers(),
                    JOINT_NANOS_MAX / 1_000_000_000);
            jointSince.put(id, map.nowNanos());
        }
    }

    /** A draining store without replicas is removed: nothing of it is known in any region, and all regions are known. */
    private void retireDrained() {
        for (StoreRecord store : map.catalog().allStores()) {
            boolean isDraining = store.life() == StoreRecord.Life.DRAINING;
            if (isDraining && !isRetiring && isEmpty(store.id())) {
                retire(store.id());
            }
        }
    }

    private boolean isEmpty(long storeId) {
        return map.regions().firstHole() == null
                && !map.holdsReplicas(storeId)
                && map.stores().replicas(storeId) <= 0;
    }

    private void retire(long storeId) {
        isRetiring = true;
        proposals.propose(new CatalogCommand.SetStoreLife(storeId, StoreRecord.Life.REMOVED), new Proposals.Outcome() {
            @Override
            public void applied(CatalogResult result) {
                isRetiring = false;
                LOG.info("store.drained store={} result={}", storeId, result);
            }

            @Override
            public void failed(String why) {
                isRetiring = false; // the next round tries again
            }
        });
    }
}
