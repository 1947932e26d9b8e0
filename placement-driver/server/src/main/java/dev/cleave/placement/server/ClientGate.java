package dev.cleave.placement.server;

import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.wire.Address;
import dev.cleave.placement.server.catalog.CatalogView;
import dev.cleave.placement.server.observed.RegionTree;
import dev.cleave.placement.server.plan.Operator;
import dev.cleave.placement.server.plan.OperatorDesk;
import dev.cleave.region.protocol.HotRegion;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdReply.Kind;
import dev.cleave.region.protocol.PdReply.Refused;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionLoad;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.protocol.StoreInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Answers clients, tools and the HTTP API: routes, lists and status here, changes by the {@link AdminGate}. */
@OwnedBy("placement agent")
final class ClientGate {
    /** The longest list of regions in one answer: with 3 peers and middling keys it fits a frame. */
    private static final int REGIONS_MAX = 20_000;

    /** What the regions of one answer may take: a frame holds 12 MiB. */
    private static final long REGION_BYTES_MAX = 8L << 20;

    private static final int OPERATORS_MAX = 2_000;

    private final ClusterMap map;
    private final OperatorDesk desk;
    private final AdminGate admin;
    private final PlacementOptions options;
    private final List<Address> members;
    private final LongSupplier wallMillis;

    ClientGate(
            ClusterMap map,
            OperatorDesk desk,
            AdminGate admin,
            PlacementOptions options,
            Address self,
            LongSupplier wallMillis) {
        this.map = map;
        this.desk = desk;
        this.admin = admin;
        this.options = options;
        this.members = List.of(self);
        this.wallMillis = wallMillis;
    }

    /** {@code told} hears one answer, now or later in another turn. */
    void answer(PdRequest request, Consumer<PdReply> told) {
        if (request instanceof PdRequest.FindRoute find) {
            RegionTree.Known known = map.regions().at(find.key());
            told.accept(known == null ? hole("key " + find.key()) : routes(List.of(known)));
        } else if (request instanceof PdRequest.ScanRoutes scan) {
            told.accept(scan(scan.range(), scan.limit()));
        } else if (request instanceof PdRequest.GetStatus) {
            told.accept(status());
        } else if (request instanceof PdRequest.ListStores) {
            told.accept(new PdReply.Stores(map.allStores()));
        } else if (request instanceof PdRequest.ListRegions list) {
            told.accept(regions(list.regionId()));
        } else if (request instanceof PdRequest.ListOperators list) {
            told.accept(operators(list.operatorId()));
        } else if (request instanceof PdRequest.ListHotRegions) {
            told.accept(new PdReply.HotRegions(hot()));
        } else if (request instanceof PdRequest.SplitRegion split) {
            admin.split(split, told);
        } else if (request instanceof PdRequest.MigrateRegion migrate) {
            admin.migrate(migrate, told);
        } else if (request instanceof PdRequest.TransferLeader transfer) {
            admin.transfer(transfer, told);
        } else if (request instanceof PdRequest.RemoveStore remove) {
            admin.removeStore(remove, told);
        } else if (request instanceof PdRequest.CheckRegion check) {
            admin.check(check, told);
        } else if (request instanceof PdRequest.CancelOperator cancel) {
            admin.cancel(cancel, told);
        } else if (request instanceof PdRequest.RecoverRegions recover) {
            admin.recover(recover, told);
        }
    }

    PdReply.Status status() {
        CatalogView catalog = map.catalog();
        int leaderless = 0;
        int thin = 0;
        for (RegionTree.Known known : map.regions().all()) {
            leaderless += map.isLed(known) ? 0 : 1;
            thin += voters(known.region()) < options.replicasMax() ? 1 : 0;
        }
        long stores =
                catalog.allStores().stream().filter(store -> !store.isRemoved()).count();
        return new PdReply.Status(
                catalog.clusterId(),
                members,
                members.get(0),
                map.upStores().size(),
                (int) stores,
                map.regions().size(),
                leaderless,
                thin,
                catalog.running().size());
    }

    private static int voters(Region region) {
        int voters = 0;
        for (Peer peer : region.peers()) {
            voters += peer.isVoter() ? 1 : 0;
        }
        return voters;
    }

    private PdReply scan(KeyRange range, int limit) {
        if (limit < 1) {
            return new Refused(Kind.INVALID, "the limit must be at least 1, not " + limit);
        }
        List<RegionTree.Known> tiles = map.regions().tiling(range, Math.min(limit, REGIONS_MAX));
        return tiles.isEmpty() ? hole("the start of " + range) : routes(tiles);
    }

    private static PdReply hole(String what) {
        return new Refused(Kind.UNAVAILABLE, "the placement driver has not heard yet of a region that holds " + what);
    }

    private PdReply routes(List<RegionTree.Known> tiles) {
        List<RegionView> views = fitting(tiles);
        TreeSet<Long> ids = new TreeSet<>();
        views.forEach(view -> view.region().peers().forEach(peer -> ids.add(peer.storeId())));
        List<StoreInfo> stores = new ArrayList<>();
        for (long id : ids) {
            @Nullable StoreInfo info = map.store(id);
            if (info != null) {
                stores.add(info);
            }
        }
        return new PdReply.Routes(views, stores);
    }

    /** As many of the first regions as fit one answer; at least one. */
    private List<RegionView> fitting(Collection<RegionTree.Known> regions) {
        List<RegionView> views = new ArrayList<>();
        long bytes = 0;
        for (RegionTree.Known known : regions) {
            KeyRange range = known.region().range();
            bytes += 256L
                    + range.startInclusive().length()
                    + range.endExclusive().length();
            boolean isFull = views.size() >= REGIONS_MAX || bytes > REGION_BYTES_MAX;
            if (isFull && !views.isEmpty()) {
                break;
            }
            views.add(map.seen(known));
        }
        return views;
    }

    private PdReply regions(long regionId) {
        if (regionId == 0) {
            return new PdReply.Regions(fitting(map.regions().all()));
        }
        RegionView view = map.region(regionId);
        return view == null
                ? new Refused(
                        Kind.NOT_FOUND,
                        "region " + regionId + " is not known; `cleave region list` shows those that are")
                : new PdReply.Regions(List.of(view));
    }

    private List<HotRegion> hot() {
        List<HotRegion> hot = new ArrayList<>();
        for (RegionLoad load : map.stores().busiest(map.nowNanos())) {
            RegionView view = map.region(load.regionId());
            if (view != null) {
                hot.add(new HotRegion(view, load));
            }
        }
        return hot;
    }

    private PdReply operators(long operatorId) {
        CatalogView catalog = map.catalog();
        List<Operator> all = new ArrayList<>(catalog.running().values());
        List<Operator> ended = new ArrayList<>(catalog.ended().values());
        Collections.reverse(ended);
        all.addAll(ended);
        List<OperatorView> views = all.stream()
                .filter(operator -> operatorId == 0 || operator.id() == operatorId)
                .limit(OPERATORS_MAX)
                .map(operator -> desk.view(operator, wallMillis.getAsLong()))
                .toList();
        return operatorId != 0 && views.isEmpty()
                ? new Refused(
                        Kind.NOT_FOUND,
                        "operator " + operatorId
                                + " is not known; `cleave operator list` shows those that are (of the ended ones the last)")
                : new PdReply.Operators(views);
    }
}
