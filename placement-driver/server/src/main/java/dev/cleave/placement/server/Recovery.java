package dev.cleave.placement.server;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.placement.server.catalog.CatalogCommand;
import dev.cleave.placement.server.catalog.CatalogResult;
import dev.cleave.placement.server.catalog.StoreRecord;
import dev.cleave.placement.server.check.LossPlan;
import dev.cleave.region.control.FromPlacement;
import dev.cleave.region.control.ToPlacement.ReplicaState;
import dev.cleave.region.control.ToPlacement.Replicas;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdReply.Kind;
import dev.cleave.region.protocol.PdReply.Refused;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.RecoveredRegion;
import dev.cleave.region.protocol.RegionView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unsafe recovery: on a person's word that some stores are lost for good, regions that have lost their majority go on with what is left.
 *
 * <ol>
 *   <li>none of the stores named may be heard of, and all others must be: nothing is decided without whoever may know more;
 *   <li>all others tell where their replicas stand ({@link LossPlan} says what may be lost); a dry run ends here;
 *   <li>the lost stores are retired, so that none of them ever speaks as a member again;
 *   <li>of each region the replica with the newest log is told to lead without the lost ones and to strike them out, again and again until its region is reported
 *       without them; the checkers then bring it back to its number of replicas.
 * </ol>
 *
 * <p>The orders are kept in memory alone. After a restart of the placement driver nothing unsafe goes on unasked: the command is given again, as it is until
 * nothing is left to do, and finds the rest.
 */
@OwnedBy("placement agent")
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final long ASK_NANOS_MAX = 3_000_000_000L;
    private static final long ORDER_NANOS_MAX = 600_000_000_000L;

    private final ClusterMap map;
    private final Sessions sessions;
    private final Proposals proposals;
    private final long repeatNanos;
    private final Map<Long, Order> orders = new TreeMap<>();
    private @Nullable Asking asking;
    private long asks;

    /** A region that shall go on without some replicas. */
    private static final class Order {
        final RecoveredRegion region;
        final List<Long> lost;
        final long sinceNanos;
        long toldNanos = Long.MIN_VALUE;

        Order(RecoveredRegion region, List<Long> lost, long sinceNanos) {
            this.region = region;
            this.lost = lost;
            this.sinceNanos = sinceNanos;
        }
    }

    /** A question to all stores that are left. */
    private static final class Asking {
        final long id;
        final PdRequest.RecoverRegions request;
        final Consumer<PdReply> told;
        final long sinceNanos;
        final Set<Long> missing = new TreeSet<>();
        final List<ReplicaState> states = new ArrayList<>();

        Asking(long id, PdRequest.RecoverRegions request, Consumer<PdReply> told, long sinceNanos) {
            this.id = id;
            this.request = request;
            this.told = told;
            this.sinceNanos = sinceNanos;
        }
    }

    Recovery(ClusterMap map, Sessions sessions, Proposals proposals, PlacementOptions options) {
        this.map = map;
        this.sessions = sessions;
        this.proposals = proposals;
        this.repeatNanos = options.commandRepeat().toNanos();
    }

    void recover(PdRequest.RecoverRegions request, Consumer<PdReply> told) {
        Refused refusal = asking != null
                ? new Refused(Kind.UNAVAILABLE, "another recovery is being asked about; try again soon")
                : refusal(new TreeSet<>(request.lostStores()));
        if (refusal != null) {
            told.accept(refusal);
            return;
        }
        Asking question = new Asking(++asks, request, told, map.nowNanos());
        map.catalog().allStores().stream()
                .filter(store -> !store.isRemoved() && !request.lostStores().contains(store.id()))
                .forEach(store -> question.missing.add(store.id()));
        asking = question;
        question.missing.forEach(store -> sessions.push(store, new FromPlacement.TellReplicas(question.id)));
    }

    private @Nullable Refused refusal(Set<Long> lost) {
        if (lost.isEmpty()) {
            return new Refused(Kind.INVALID, "name the stores that are lost for good");
        }
        for (long id : lost) {
            if (map.catalog().store(id) == null) {
                return new Refused(
                        Kind.NOT_FOUND, "store " + id + " is not known; `cleave store list` shows those that are");
            }
            if (map.stores().isHeard(id, map.nowNanos())) {
                return new Refused(
                        Kind.UNSAFE,
                        "store " + id + " was heard of "
                                + map.stores().ageNanos(id, map.nowNanos()) / 1_000_000
                                + " ms ago, so it is not lost; stop it, or leave it out");
            }
        }
        for (StoreRecord store : map.catalog().allStores()) {
            boolean isLeft = !store.isRemoved() && !lost.contains(store.id());
            if (isLeft && !map.stores().isHeard(store.id(), map.nowNanos())) {
                return new Refused(
                        Kind.UNSAFE,
                        "store " + store.id() + " is not heard of and may hold newer data: bring it back first, or name"
                                + " it as lost, too");
            }
        }
        return null;
    }

    void told(Replicas part) {
        Asking open = asking;
        if (open == null || open.id != part.askId() || !open.missing.contains(part.storeId())) {
            return;
        }
        open.states.addAll(part.replicas());
        if (part.isLast()) {
            open.missing.remove(part.storeId());
        }
        if (open.missing.isEmpty()) {
            asking = null;
            decide(open);
        }
    }

    private void decide(Asking open) {
        Set<Long> lost = new TreeSet<>(open.request.lostStores());
        map.catalog().allStores().stream().filter(StoreRecord::isRemoved).forEach(store -> lost.add(store.id()));
        LossPlan plan = LossPlan.of(open.states, lost);
        if (!open.request.isForReal()) {
            open.told.accept(new PdReply.Recovery(false, plan.regions(), text(plan, "nothing has been changed")));
            return;
        }
        LOG.error("recovery.begins lost-stores={} regions={} holes={}", lost, plan.regions(), plan.holes());
        retire(new ArrayList<>(open.request.lostStores()), plan, open.told);
    }

    private static String text(LossPlan plan, String end) {
        String regions = plan.regions().isEmpty()
                ? "no region has lost its majority"
                : plan.regions().size() + " regions have lost their majority";
        return regions + plan.holes().stream().map(hole -> "; " + hole).reduce("", String::concat) + "; " + end;
    }

    /** One store after the other: once all are retired, nobody can come back and speak for a majority that is struck out. */
    private void retire(List<Long> stores, LossPlan plan, Consumer<PdReply> told) {
        if (stores.isEmpty()) {
            begin(plan);
            String end = plan.regions().isEmpty()
                    ? "the lost stores are retired"
                    : "the lost stores are retired; give the command again until it says that no region has lost its majority";
            told.accept(new PdReply.Recovery(true, plan.regions(), text(plan, end)));
            return;
        }
        long store = stores.remove(0);
        proposals.propose(new CatalogCommand.SetStoreLife(store, StoreRecord.Life.REMOVED), new Proposals.Outcome() {
            @Override
            public void applied(CatalogResult result) {
                LOG.info("store.life store={} life=REMOVED result={}", store, result);
                retire(stores, plan, told);
            }

            @Override
            public void failed(String why) {
                told.accept(new Refused(Kind.UNAVAILABLE, why));
            }
        });
    }

    private void begin(LossPlan plan) {
        for (RecoveredRegion region : plan.regions()) {
            if (region.replicaId() != 0) {
                orders.put(
                        region.regionId(),
                        new Order(region, plan.lost().getOrDefault(region.regionId(), List.of()), map.nowNanos()));
            }
        }
    }

    void tick() {
        long now = map.nowNanos();
        Asking open = asking;
        if (open != null && now - open.sinceNanos > ASK_NANOS_MAX) {
            asking = null;
            open.told.accept(new Refused(
                    Kind.UNAVAILABLE, "stores " + open.missing + " have not told their replicas in time; try again"));
        }
        orders.values().removeIf(order -> isDone(order) || now - order.sinceNanos > ORDER_NANOS_MAX);
        for (Order order : orders.values()) {
            if (order.toldNanos == Long.MIN_VALUE || now - order.toldNanos >= repeatNanos) {
                order.toldNanos = now;
                sessions.push(
                        order.region.storeId(),
                        new FromPlacement.Recover(order.region.regionId(), order.region.replicaId(), order.lost));
            }
        }
    }

    private boolean isDone(Order order) {
        RegionView view = map.region(order.region.regionId());
        return view != null
                && view.leaderStore() != 0
                && view.region().peers().stream().noneMatch(peer -> order.lost.contains(peer.replicaId()));
    }

    /** This node no longer decides. */
    void clear() {
        orders.clear();
        Asking open = asking;
        asking = null;
        if (open != null) {
            open.told.accept(
                    new Refused(Kind.UNAVAILABLE, "this placement driver does not lead any more; ask another member"));
        }
    }
}
