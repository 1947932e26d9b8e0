package dev.cleave.placement.server;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.placement.server.catalog.CatalogView;
import dev.cleave.placement.server.catalog.StoreRecord;
import dev.cleave.placement.server.check.StoreChoice;
import dev.cleave.placement.server.observed.RegionTree;
import dev.cleave.placement.server.observed.StoreTable;
import dev.cleave.placement.server.plan.Observed;
import dev.cleave.region.control.ToPlacement;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.protocol.StoreInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is decided (the catalog) and what is observed (regions and stores) at one moment, seen together. */
@OwnedBy("placement agent")
final class ClusterMap implements Observed, StoreChoice {
    /** Of no more destroyed replicas it is known that they are: one that is forgotten and still a peer is told again. */
    private static final int DESTROYED_MAX = 100_000;

    private final Supplier<CatalogView> catalog;
    private final PlacementOptions options;
    private final RegionTree regions = new RegionTree();
    private final StoreTable stores;
    /** Replicas by store: counted from the tree once per round of the checkers, then moved along with each new plan. */
    private final Map<Long, Integer> replicas = new TreeMap<>();
    /** Copies under way by target store. */
    private final Map<Long, Integer> adds = new TreeMap<>();
    /** Stores that are about to stop, and until when they are believed to be. */
    private final Map<Long, Long> leaving = new TreeMap<>();

    /** Replicas whose data are gone, newest last; ids are never used again. */
    private final Set<Long> destroyed = new LinkedHashSet<>();

    private long nowNanos;

    ClusterMap(Supplier<CatalogView> catalog, PlacementOptions options, long nowNanos) {
        this.catalog = catalog;
        this.options = options;
        this.nowNanos = nowNanos;
        this.stores = new StoreTable(
                options.disconnectedAfter().toNanos(), options.downAfter().toNanos(), nowNanos);
    }

    void advance(long now) {
        nowNanos = now;
        leaving.values().removeIf(until -> until - now <= 0);
    }

    long nowNanos() {
        return nowNanos;
    }

    CatalogView catalog() {
        return catalog.get();
    }

    RegionTree regions() {
        return regions;
    }

    /** A store says that what it has told of the regions that it leads still holds; false if something else is known here. */
    boolean confirm(ToPlacement.RegionsUnchanged told) {
        return regions.confirm(told, nowNanos, options.regionSilenceMax().toNanos());
    }

    StoreTable stores() {
        return stores;
    }

    void destroyed(List<Long> replicaIds) {
        destroyed.addAll(replicaIds);
        Iterator<Long> oldest = destroyed.iterator();
        while (destroyed.size() > DESTROYED_MAX) {
            oldest.next();
            oldest.remove();
        }
    }

    @Override
    public boolean isDestroyed(long replicaId) {
        return destroyed.contains(replicaId);
    }

    void leaving(long storeId) {
        leaving.put(storeId, nowNanos + options.leavingMax().toNanos());
    }

    TreeSet<Long> leavingStores() {
        return new TreeSet<>(leaving.keySet());
    }

    /** A store that starts again is not leaving. */
    void back(long storeId) {
        leaving.remove(storeId);
    }

    @Override
    public @Nullable RegionView region(long regionId) {
        RegionTree.Known known = regions.byId(regionId);
        return known == null ? null : seen(known);
    }

    /** The region with its leader, unless region or leader have not been heard of for too long. */
    RegionView seen(RegionTree.Known known) {
        RegionView view = known.view();
        if (view.leaderStore() == 0 || isLed(known)) {
            return view;
        }
        return new RegionView(
                view.region(),
                0,
                view.term(),
                view.commitIndex(),
                view.appliedIndex(),
                view.approximateBytes(),
                view.pendingReplicas(),
                view.downReplicas());
    }

    /** Whether region and leader have been heard of lately. */
    boolean isLed(RegionTree.Known known) {
        long leader = known.view().leaderStore();
        return leader != 0
                && nowNanos - known.heardNanos() <= options.regionSilenceMax().toNanos()
                && stores.isHeard(leader, nowNanos);
    }

    @Nullable
    StoreInfo store(long storeId) {
        StoreRecord record = catalog().store(storeId);
        return record == null ? null : stores.info(record, nowNanos);
    }

    List<StoreInfo> allStores() {
        return catalog().allStores().stream()
                .map(record -> stores.info(record, nowNanos))
                .toList();
    }

    List<Long> upStores() {
        return catalog().allStores().stream()
                .map(StoreRecord::id)
                .filter(this::isUp)
                .toList();
    }

    @Override
    public boolean isUsable(long storeId) {
        StoreRecord record = catalog().store(storeId);
        return record != null
                && !record.isRemoved()
                && stores.ageNanos(storeId, nowNanos) < options.downAfter().toNanos();
    }

    @Override
    public boolean isUp(long storeId) {
        StoreRecord record = catalog().store(storeId);
        return record != null && stores.state(record, nowNanos) == StoreInfo.State.UP && !leaving.containsKey(storeId);
    }

    @Override
    public boolean isDraining(long storeId) {
        StoreRecord record = catalog().store(storeId);
        return record != null && record.life() == StoreRecord.Life.DRAINING;
    }

    @Override
    public boolean isRemoved(long storeId) {
        StoreRecord record = catalog().store(storeId);
        return record != null && record.isRemoved();
    }

    @Override
    public List<Long> targets() {
        List<Long> up = new ArrayList<>(upStores());
        up.removeIf(store -> adds.getOrDefault(store, 0) >= options.addsPerStoreMax());
        up.sort(Comparator.<Long>comparingInt(this::replicas).thenComparing(Comparator.naturalOrder()));
        return up;
    }

    @Override
    public int replicas(long storeId) {
        return replicas.getOrDefault(storeId, 0);
    }

    /** Begins a round of the checkers: counts replicas. */
    void count() {
        replicas.clear();
        adds.clear();
        for (RegionTree.Known known : regions.all()) {
            for (Peer peer : known.region().peers()) {
                replicas.merge(peer.storeId(), 1, Integer::sum);
            }
        }
    }

    /** A replica is or will be copied to the store. */
    void countAdd(long storeId, boolean isThere) {
        adds.merge(storeId, 1, Integer::sum);
        if (!isThere) {
            replicas.merge(storeId, 1, Integer::sum);
        }
    }

    /** Whether any region that has been heard of has a replica on the store. */
    boolean holdsReplicas(long storeId) {
        return regions.all().stream()
                .anyMatch(known -> known.region().peerOn(storeId).isPresent());
    }
}
