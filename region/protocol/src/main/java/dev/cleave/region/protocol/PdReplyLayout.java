package dev.cleave.region.protocol;

import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.wire.Address;
import dev.cleave.region.protocol.PdReply.Accepted;
import dev.cleave.region.protocol.PdReply.Checked;
import dev.cleave.region.protocol.PdReply.HotRegions;
import dev.cleave.region.protocol.PdReply.Operators;
import dev.cleave.region.protocol.PdReply.Recovery;
import dev.cleave.region.protocol.PdReply.Refused;
import dev.cleave.region.protocol.PdReply.Regions;
import dev.cleave.region.protocol.PdReply.Routes;
import dev.cleave.region.protocol.PdReply.Status;
import dev.cleave.region.protocol.PdReply.Stores;
import java.util.List;

/**
 * Bodies of placement replies by variant; enums are their place, frozen by a test:
 *
 * <pre>
 * 1 routes     list of region view, list of store
 * 2 status     u64 cluster id, list of address, address of the leader, u32 stores up, u32 stores, u32 regions,
 *              u32 regions without leader, u32 under-replicated, u32 operators
 * 3 stores     list of store
 * 4 regions    list of region view
 * 5 operators  list of operator
 * 6 accepted   u64 operator id
 * 7 refused    u8 kind, text
 * 9 recovery   u8 is begun, list of recovered, text
 * 10 hot      list of { region view, u64 reads per second, u64 writes per second }
 * 8 checked    u64 region id, u64 index, u8 is whole, list of checked, text
 *
 * list         u32 count, count × item
 * region view  region, u64 leader store, u64 term, u64 commit, u64 applied, u64 bytes, list of u64 pending, list of u64 down
 * store        u64 id, address, address for HTTP, u8 state, u64 start number, u64 capacity, u64 available, u64 used,
 *              u32 regions, u32 leaders, u64 heartbeat age in ms
 * checked      u64 replica id, u64 store id, u64 keys, u64 checksum, u8 standing
 * recovered    u64 region id, range, u64 store id, u64 replica id, u64 commit, u64 last index, text
 * operator     u64 id, text kind, u64 region id, u8 state, list of { text, u8 is done }, u64 age in ms, text reason
 * </pre>
 */
final class PdReplyLayout {
    static final int REGIONS_MAX = 100_000;
    static final int STORES_MAX = 10_000;
    static final int MEMBERS_MAX = 64;
    static final int OPERATORS_MAX = 10_000;
    static final int STEPS_MAX = 256;
    static final int REPLICAS_MAX = RegionLayout.PEERS_MAX;

    private static final int VIEW_BYTES_MIN = RegionLayout.BYTES_MIN + 48;
    private static final int STORE_BYTES_MIN = 69;
    private static final int OPERATOR_BYTES_MIN = 37;
    private static final int ADDRESS_BYTES_MIN = 6;
    private static final StoreInfo.State[] STORE_STATES = StoreInfo.State.values();
    private static final OperatorView.State[] OPERATOR_STATES = OperatorView.State.values();
    private static final int CHECKED_BYTES = 33;
    private static final int RECOVERED_BYTES_MIN = 48;
    private static final CheckedReplica.Standing[] STANDINGS = CheckedReplica.Standing.values();
    private static final PdReply.Kind[] KINDS = PdReply.Kind.values();

    private PdReplyLayout() {}

    static int variant(PdReply reply) {
        return reply.match(new Variants());
    }

    static void write(WireWriter to, PdReply reply) {
        reply.match(new Bodies(to));
    }

    static PdReply read(int variant, WireReader from) {
        return switch (variant) {
            case 1 -> routes(from);
            case 2 -> status(from);
            case 3 -> new Stores(stores(from));
            case 4 -> new Regions(views(from));
            case 5 -> new Operators(from.list(OPERATORS_MAX, OPERATOR_BYTES_MIN, "operators", PdReplyLayout::operator));
            case 6 -> new Accepted(from.u64("operator id"));
            case 7 -> refused(from);
            case 8 -> checked(from);
            case 9 -> recovery(from);
            case 10 -> new HotRegions(from.list(REGIONS_MAX, VIEW_BYTES_MIN + 16, "hot regions", PdReplyLayout::hot));
            default -> throw new MalformedFrame("placement reply " + variant + " is unknown to this version");
        };
    }

    private static PdReply routes(WireReader from) {
        List<RegionView> regions = views(from);
        return new Routes(regions, stores(from));
    }

    private static PdReply refused(WireReader from) {
        PdReply.Kind kind = from.oneOf(KINDS, "kind of refusal");
        return new Refused(kind, from.text("message"));
    }

    private static PdReply checked(WireReader from) {
        long regionId = from.u64("region id");
        long index = from.u64("index");
        boolean isWhole = from.flag("is whole");
        List<CheckedReplica> replicas =
                from.list(REPLICAS_MAX, CHECKED_BYTES, "checked replicas", PdReplyLayout::checkedReplica);
        return new Checked(regionId, index, isWhole, replicas, from.text("text"));
    }

    private static CheckedReplica checkedReplica(WireReader from) {
        long replica = from.u64("replica id");
        long store = from.u64("store id");
        long keys = from.u64("keys");
        long checksum = from.u64("checksum");
        return new CheckedReplica(replica, store, keys, checksum, from.oneOf(STANDINGS, "standing"));
    }

    private static PdReply recovery(WireReader from) {
        boolean isBegun = from.flag("is begun");
        List<RecoveredRegion> regions =
                from.list(REGIONS_MAX, RECOVERED_BYTES_MIN, "recovered regions", PdReplyLayout::recovered);
        return new Recovery(isBegun, regions, from.text("text"));
    }

    private static RecoveredRegion recovered(WireReader from) {
        long region = from.u64("region id");
        KeyRange range = from.range("range");
        long store = from.u64("store id");
        long replica = from.u64("replica id");
        long commit = from.u64("commit index");
        long last = from.u64("last index");
        return new RecoveredRegion(region, range, store, replica, commit, last, from.text("text"));
    }

    private static PdReply status(WireReader from) {
        long clusterId = from.u64("cluster id");
        List<Address> members = from.list(MEMBERS_MAX, ADDRESS_BYTES_MIN, "members", item -> item.address("member"));
        Address leader = from.address("leader");
        int storesUp = from.count("stores up");
        int stores = from.count("stores");
        int regions = from.count("regions");
        int withoutLeader = from.count("regions without leader");
        int underReplicated = from.count("under-replicated");
        int operators = from.count("operators");
        return new Status(
                clusterId, members, leader, storesUp, stores, regions, withoutLeader, underReplicated, operators);
    }

    private static List<RegionView> views(WireReader from) {
        return from.list(REGIONS_MAX, VIEW_BYTES_MIN, "regions", PdReplyLayout::view);
    }

    private static RegionView view(WireReader from) {
        Region region = RegionLayout.read(from);
        long leaderStore = from.u64("leader store");
        long term = from.u64("term");
        long commit = from.u64("commit index");
        long applied = from.u64("applied index");
        long bytes = from.u64("bytes");
        List<Long> pending = replicas(from);
        return new RegionView(region, leaderStore, term, commit, applied, bytes, pending, replicas(from));
    }

    private static HotRegion hot(WireReader from) {
        RegionView view = view(from);
        long reads = from.u64("reads per second");
        return new HotRegion(view, new RegionLoad(view.region().id(), reads, from.u64("writes per second")));
    }

    private static List<Long> replicas(WireReader from) {
        return from.list(REPLICAS_MAX, 8, "replicas", item -> item.u64("replica id"));
    }

    private static List<StoreInfo> stores(WireReader from) {
        return from.list(STORES_MAX, STORE_BYTES_MIN, "stores", PdReplyLayout::store);
    }

    private static StoreInfo store(WireReader from) {
        long id = from.u64("store id");
        Address address = from.address("store address");
        Address httpAddress = from.address("store HTTP address");
        StoreInfo.State state = from.oneOf(STORE_STATES, "store state");
        long startNumber = from.u64("start number");
        long capacity = from.u64("capacity");
        long available = from.u64("available");
        long used = from.u64("used");
        int regions = from.count("regions");
        int leaders = from.count("leaders");
        long age = from.u64("heartbeat age");
        return new StoreInfo(
                id, address, httpAddress, state, startNumber, capacity, available, used, regions, leaders, age);
    }

    private static OperatorView operator(WireReader from) {
        long id = from.u64("operator id");
        String kind = from.text("operator kind");
        long regionId = from.u64("region id");
        OperatorView.State state = from.oneOf(OPERATOR_STATES, "operator state");
        List<OperatorView.Step> steps = from.list(STEPS_MAX, 5, "steps", PdReplyLayout::step);
        long age = from.u64("operator age");
        return new OperatorView(id, kind, regionId, state, steps, age, from.text("reason"));
    }

    private static OperatorView.Step step(WireReader from) {
        String description = from.text("step");
        return new OperatorView.Step(description, from.flag("step done"));
    }

    private record Bodies(WireWriter to) implements PdReply.Cases<WireWriter> {
        @Override
        public WireWriter onRoutes(Routes routes) {
            views(routes.regions());
            return stores(routes.stores());
        }

        @Override
        public WireWriter onStatus(Status status) {
            count(status.members(), MEMBERS_MAX, "members");
            to.u64(status.clusterId()).u32(status.members().size());
            status.members().forEach(to::address);
            to.address(status.leader()).u32(status.storesUp()).u32(status.stores());
            to.u32(status.regions()).u32(status.regionsWithoutLeader());
            return to.u32(status.underReplicated()).u32(status.operators());
        }

        @Override
        public WireWriter onStores(Stores stores) {
            return stores(stores.stores());
        }

        @Override
        public WireWriter onRegions(Regions regions) {
            return views(regions.regions());
        }

        @Override
        public WireWriter onOperators(Operators operators) {
            to.u32(count(operators.operators(), OPERATORS_MAX, "operators"));
            operators.operators().forEach(this::operator);
            return to;
        }

        @Override
        public WireWriter onAccepted(Accepted accepted) {
            return to.u64(accepted.operatorId());
        }

        @Override
        public WireWriter onRefused(Refused refused) {
            return to.u8(refused.kind().ordinal()).text(refused.message());
        }

        @Override
        public WireWriter onChecked(Checked checked) {
            to.u64(checked.regionId()).u64(checked.index()).flag(checked.isWhole());
            to.u32(count(checked.replicas(), REPLICAS_MAX, "checked replicas"));
            for (CheckedReplica replica : checked.replicas()) {
                to.u64(replica.replicaId()).u64(replica.storeId()).u64(replica.keys());
                to.u64(replica.checksum()).u8(replica.standing().ordinal());
            }
            return to.text(checked.text());
        }

        @Override
        public WireWriter onRecovery(Recovery recovery) {
            to.flag(recovery.isBegun()).u32(count(recovery.regions(), REGIONS_MAX, "recovered regions"));
            for (RecoveredRegion region : recovery.regions()) {
                to.u64(region.regionId()).range(region.range()).u64(region.storeId());
                to.u64(region.replicaId()).u64(region.commitIndex()).u64(region.lastIndex());
                to.text(region.text());
            }
            return to.text(recovery.text());
        }

        @Override
        public WireWriter onHotRegions(HotRegions hot) {
            to.u32(count(hot.regions(), REGIONS_MAX, "hot regions"));
            for (HotRegion region : hot.regions()) {
                view(region.view());
                to.u64(region.load().readsPerSecond()).u64(region.load().writesPerSecond());
            }
            return to;
        }

        private WireWriter views(List<RegionView> views) {
            to.u32(count(views, REGIONS_MAX, "regions"));
            views.forEach(this::view);
            return to;
        }

        private void view(RegionView view) {
            RegionLayout.write(to, view.region());
            to.u64(view.leaderStore()).u64(view.term()).u64(view.commitIndex());
            to.u64(view.appliedIndex()).u64(view.approximateBytes());
            replicas(view.pendingReplicas());
            replicas(view.downReplicas());
        }

        private void replicas(List<Long> replicas) {
            to.u32(count(replicas, REPLICAS_MAX, "replicas"));
            replicas.forEach(to::u64);
        }

        private WireWriter stores(List<StoreInfo> stores) {
            to.u32(count(stores, STORES_MAX, "stores"));
            stores.forEach(this::store);
            return to;
        }

        private void store(StoreInfo store) {
            to.u64(store.id()).address(store.address()).address(store.httpAddress());
            to.u8(store.state().ordinal()).u64(store.startNumber()).u64(store.capacityBytes());
            to.u64(store.availableBytes()).u64(store.usedBytes()).u32(store.regions());
            to.u32(store.leaders()).u64(store.heartbeatAgeMillis());
        }

        private void operator(OperatorView operator) {
            to.u64(operator.id()).text(operator.kind()).u64(operator.regionId());
            to.u8(operator.state().ordinal());
            to.u32(count(operator.steps(), STEPS_MAX, "steps"));
            operator.steps().forEach(step -> to.text(step.description()).flag(step.isDone()));
            to.u64(operator.ageMillis()).text(operator.reason());
        }

        private static int count(List<?> items, int max, String what) {
            if (items.size() > max) {
                throw new IllegalArgumentException(items.size() + " " + what + " in one reply, at most " + max);
            }
            return items.size();
        }
    }

    private static final class Variants implements PdReply.Cases<Integer> {
        @Override
        public Integer onRoutes(Routes routes) {
            return 1;
        }

        @Override
        public Integer onStatus(Status status) {
            return 2;
        }

        @Override
        public Integer onStores(Stores stores) {
            return 3;
        }

        @Override
        public Integer onRegions(Regions regions) {
            return 4;
        }

        @Override
        public Integer onOperators(Operators operators) {
            return 5;
        }

        @Override
        public Integer onAccepted(Accepted accepted) {
            return 6;
        }

        @Override
        public Integer onRefused(Refused refused) {
            return 7;
        }

        @Override
        public Integer onChecked(Checked checked) {
            return 8;
        }

        @Override
        public Integer onRecovery(Recovery recovery) {
            return 9;
        }

        @Override
        public Integer onHotRegions(HotRegions hot) {
            return 10;
        }
    }
}
