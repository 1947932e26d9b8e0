package dev.cleave.placement.server.catalog;

import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.placement.server.plan.Operator;
import dev.cleave.region.control.ToPlacement.RegisterStore;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The durable state as a pure machine: {@link #apply} takes one command and tells a {@link Journal} what it changed. The same commands in
 * the same order give the same catalog everywhere.
 */
@OwnedBy("apply agent")
final class Catalog {
    /** Ended operators that are kept for people to look at. */
    static final int ENDED_MAX = 200;

    static final int IDS_MAX = 1_000_000;

    private static final long FIRST_REGION = 1;
    /** Replica ids only grow: stores refuse a replica whose id is below that of one they have destroyed. */
    private static final long FIRST_REPLICA = 2;

    private final Journal journal;
    private long appliedIndex;
    private ClusterRecord cluster = ClusterRecord.NEW;
    private final SortedMap<Long, StoreRecord> stores = new TreeMap<>();
    private final SortedMap<Long, Operator> running = new TreeMap<>();
    private final SortedMap<Long, Operator> ended = new TreeMap<>();

    /** Hears what must be written down. */
    interface Journal {
        void put(ClusterRecord cluster);

        void put(StoreRecord store);

        void put(Operator operator);

        void deleteOperator(long id);
    }

    Catalog(Journal journal) {
        this.journal = journal;
    }

    CatalogView view() {
        return new CatalogView(
                appliedIndex,
                cluster.clusterId(),
                cluster.nextId(),
                cluster.storesVersion(),
                cluster.firstRegion(),
                stores,
                running,
                ended);
    }

    CatalogResult apply(long index, CatalogCommand command) {
        appliedIndex = index;
        if (command instanceof CatalogCommand.CreateCluster create) {
            return create(create);
        }
        if (command instanceof CatalogCommand.AllocateIds allocate) {
            return allocate(allocate);
        }
        if (command instanceof CatalogCommand.AdmitStore admit) {
            return admit(admit.request());
        }
        if (command instanceof CatalogCommand.SeeFirstRegion) {
            return seeFirstRegion();
        }
        if (command instanceof CatalogCommand.SetStoreLife life) {
            return setLife(life);
        }
        return putOperator(((CatalogCommand.PutOperator) command).operator());
    }

    /** An entry without a command passed by. */
    void skip(long index) {
        appliedIndex = index;
    }

    // Start-up: what the journal wrote comes back.

    void restore(long index) {
        appliedIndex = index;
    }

    void restore(ClusterRecord record) {
        cluster = record;
    }

    void restore(StoreRecord record) {
        stores.put(record.id(), record);
    }

    void restore(Operator operator) {
        (operator.isRunning() ? running : ended).put(operator.id(), operator);
    }

    private CatalogResult create(CatalogCommand.CreateCluster create) {
        if (cluster.clusterId() == 0) {
            change(cluster.withClusterId(create.clusterId()));
        }
        return new CatalogResult.Done();
    }

    private CatalogResult allocate(CatalogCommand.AllocateIds allocate) {
        if (allocate.count() < 1 || allocate.count() > IDS_MAX) {
            return new CatalogResult.Refused("a window holds 1 to " + IDS_MAX + " ids, not " + allocate.count());
        }
        long first = cluster.nextId();
        change(cluster.withNextId(first + allocate.count()));
        return new CatalogResult.Ids(first, first + allocate.count());
    }

    private CatalogResult admit(RegisterStore request) {
        String refusal = cluster.clusterId() == 0
                ? "the cluster has not been created yet; try again"
                : Admission.refusal(cluster.clusterId(), stores, request);
        if (refusal != null) {
            return new CatalogResult.Refused(refusal);
        }
        StoreRecord known = Admission.known(stores, request);
        // Removed stores stay in the table, so no store id is given twice.
        long id = known != null ? known.id() : stores.isEmpty() ? 1 : stores.lastKey() + 1;
        StoreRecord.Life life = known == null ? StoreRecord.Life.ACTIVE : known.life();
        put(new StoreRecord(
                id, request.dataUuid(), request.startNumber(), request.address(), request.httpAddress(), life));
        if (cluster.firstRegion() == null) {
            bootstrap(id);
        }
        return new CatalogResult.Admitted(id);
    }

    private void bootstrap(long storeId) {
        Peer peer = new Peer(FIRST_REPLICA, storeId, PeerRole.VOTER);
        Region region = new Region(FIRST_REGION, KeyRange.ALL, Epoch.FIRST, List.of(peer));
        change(cluster.withFirstRegion(new FirstRegion(storeId, region, false)));
    }

    private CatalogResult seeFirstRegion() {
        FirstRegion first = cluster.firstRegion();
        if (first != null && !first.isSeen()) {
            change(cluster.withFirstRegion(new FirstRegion(first.storeId(), first.region(), true)));
        }
        return new CatalogResult.Done();
    }

    private CatalogResult setLife(CatalogCommand.SetStoreLife command) {
        StoreRecord store = stores.get(command.storeId());
        if (store == null) {
            return new CatalogResult.Refused("store " + command.storeId() + " is not known");
        }
        if (store.isRemoved() && command.life() != StoreRecord.Life.REMOVED) {
            return new CatalogResult.Refused("store " + store.id() + " has been removed; that is for good");
        }
        if (store.life() != command.life()) {
            put(store.with(command.life()));
            forgetFirstRegionOf(store.id(), command.life());
        }
        return new CatalogResult.Done();
    }

    /** The store that was to create the first region is lost before anybody saw it: another one shall. */
    private void forgetFirstRegionOf(long storeId, StoreRecord.Life life) {
        FirstRegion first = cluster.firstRegion();
        if (life == StoreRecord.Life.REMOVED && first != null && !first.isSeen() && first.storeId() == storeId) {
            change(cluster.withFirstRegion(null));
        }
    }

    private CatalogResult putOperator(Operator operator) {
        if (!operator.isRunning()) {
            return end(operator);
        }
        if (running.containsKey(operator.id()) || ended.containsKey(operator.id())) {
            return new CatalogResult.Refused("operator " + operator.id() + " has been begun already");
        }
        for (Operator other : running.values()) {
            if (other.regionId() == operator.regionId()) {
                return new CatalogResult.Refused(
                        "region " + operator.regionId() + " is busy with operator " + other.id());
            }
        }
        running.put(operator.id(), operator);
        journal.put(operator);
        return new CatalogResult.Done();
    }

    private CatalogResult end(Operator operator) {
        if (running.remove(operator.id()) == null) {
            return new CatalogResult.Refused("operator " + operator.id() + " does not run");
        }
        ended.put(operator.id(), operator);
        journal.put(operator);
        while (ended.size() > ENDED_MAX) {
            journal.deleteOperator(ended.firstKey());
            ended.remove(ended.firstKey());
        }
        return new CatalogResult.Done();
    }

    private void put(StoreRecord store) {
        if (!store.equals(stores.put(store.id(), store))) {
            journal.put(store);
            change(cluster.withStoresVersion(cluster.storesVersion() + 1));
        }
    }

    private void change(ClusterRecord next) {
        cluster = next;
        journal.put(next);
    }

    /** Everything of which there is one. */
    record ClusterRecord(
            long clusterId,
            long nextId,
            long storesVersion,
            @Nullable FirstRegion firstRegion) {
        static final ClusterRecord NEW = new ClusterRecord(0, FIRST_REPLICA + 1, 0, null);

        ClusterRecord withClusterId(long id) {
            return new ClusterRecord(id, nextId, storesVersion, firstRegion);
        }

        ClusterRecord withNextId(long next) {
            return new ClusterRecord(clusterId, next, storesVersion, firstRegion);
        }

        ClusterRecord withStoresVersion(long version) {
            return new ClusterRecord(clusterId, nextId, version, firstRegion);
        }

        ClusterRecord withFirstRegion(@Nullable FirstRegion first) {
            return new ClusterRecord(clusterId, nextId, storesVersion, first);
        }
    }
}
