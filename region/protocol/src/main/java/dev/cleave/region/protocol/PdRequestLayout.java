package dev.cleave.region.protocol;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.protocol.PdRequest.CancelOperator;
import dev.cleave.region.protocol.PdRequest.CheckRegion;
import dev.cleave.region.protocol.PdRequest.FindRoute;
import dev.cleave.region.protocol.PdRequest.GetStatus;
import dev.cleave.region.protocol.PdRequest.ListHotRegions;
import dev.cleave.region.protocol.PdRequest.ListOperators;
import dev.cleave.region.protocol.PdRequest.ListRegions;
import dev.cleave.region.protocol.PdRequest.ListStores;
import dev.cleave.region.protocol.PdRequest.MigrateRegion;
import dev.cleave.region.protocol.PdRequest.RecoverRegions;
import dev.cleave.region.protocol.PdRequest.RemoveStore;
import dev.cleave.region.protocol.PdRequest.ScanRoutes;
import dev.cleave.region.protocol.PdRequest.SplitRegion;
import dev.cleave.region.protocol.PdRequest.TransferLeader;
import java.util.List;

/**
 * Bodies of placement requests by variant:
 *
 * <pre>
 *  1 find route       key
 *  2 scan routes      range, u32 limit
 *  3 get status       nothing
 *  4 list stores      nothing
 *  5 list regions     u64 region id
 *  6 list operators   u64 operator id
 *  7 split region     u64 region id, u32 count, count × key
 *  8 migrate region   u64 region id, u64 from store, u64 to store
 *  9 transfer leader  u64 region id, u64 to store
 * 10 remove store     u64 store id, u8 is lost
 * 11 check region     u64 region id
 * 12 cancel operator  u64 operator id
 * 13 recover regions  u32 count, count × u64 store id, u8 is for real
 * 14 list hot regions nothing
 * </pre>
 */
final class PdRequestLayout {
    static final int SPLIT_KEYS_MAX = 1024;
    private static final int LOST_STORES_MAX = 1024;

    private PdRequestLayout() {}

    static int variant(PdRequest request) {
        return request.match(new Variants());
    }

    static void write(WireWriter to, PdRequest request) {
        request.match(new Bodies(to));
    }

    static PdRequest read(int variant, WireReader from) {
        return switch (variant) {
            case 1 -> new FindRoute(from.key("key"));
            case 2 -> scanRoutes(from);
            case 3 -> new GetStatus();
            case 4 -> new ListStores();
            case 5 -> new ListRegions(from.u64("region id"));
            case 6 -> new ListOperators(from.u64("operator id"));
            case 7 -> splitRegion(from);
            case 8 -> migrateRegion(from);
            case 9 -> transferLeader(from);
            case 10 -> removeStore(from);
            case 11 -> new CheckRegion(from.u64("region id"));
            case 12 -> new CancelOperator(from.u64("operator id"));
            case 13 -> recoverRegions(from);
            case 14 -> new ListHotRegions();
            default -> throw new MalformedFrame("placement request " + variant + " is unknown to this version");
        };
    }

    private static PdRequest scanRoutes(WireReader from) {
        KeyRange range = from.range("range");
        return new ScanRoutes(range, from.count("limit"));
    }

    private static PdRequest splitRegion(WireReader from) {
        long regionId = from.u64("region id");
        List<Key> keys = from.list(SPLIT_KEYS_MAX, 2, "split keys", item -> item.key("split key"));
        return new SplitRegion(regionId, keys);
    }

    private static PdRequest migrateRegion(WireReader from) {
        long regionId = from.u64("region id");
        long fromStore = from.u64("store id");
        return new MigrateRegion(regionId, fromStore, from.u64("store id"));
    }

    private static PdRequest transferLeader(WireReader from) {
        long regionId = from.u64("region id");
        return new TransferLeader(regionId, from.u64("store id"));
    }

    private static PdRequest removeStore(WireReader from) {
        long storeId = from.u64("store id");
        return new RemoveStore(storeId, from.flag("is lost"));
    }

    private static PdRequest recoverRegions(WireReader from) {
        List<Long> stores = from.list(LOST_STORES_MAX, 8, "lost stores", item -> item.u64("store id"));
        return new RecoverRegions(stores, from.flag("is for real"));
    }

    private record Bodies(WireWriter to) implements PdRequest.Cases<WireWriter> {
        @Override
        public WireWriter onFindRoute(FindRoute find) {
            return to.key(find.key());
        }

        @Override
        public WireWriter onScanRoutes(ScanRoutes scan) {
            return to.range(scan.range()).u32(scan.limit());
        }

        @Override
        public WireWriter onGetStatus(GetStatus status) {
            return to;
        }

        @Override
        public WireWriter onListStores(ListStores list) {
            return to;
        }

        @Override
        public WireWriter onListRegions(ListRegions list) {
            return to.u64(list.regionId());
        }

        @Override
        public WireWriter onListOperators(ListOperators list) {
            return to.u64(list.operatorId());
        }

        @Override
        public WireWriter onSplitRegion(SplitRegion split) {
            if (split.keys().size() > SPLIT_KEYS_MAX) {
                throw new IllegalArgumentException(
                        split.keys().size() + " split keys, at most " + SPLIT_KEYS_MAX + " are allowed at once");
            }
            to.u64(split.regionId()).u32(split.keys().size());
            split.keys().forEach(to::key);
            return to;
        }

        @Override
        public WireWriter onMigrateRegion(MigrateRegion migrate) {
            return to.u64(migrate.regionId()).u64(migrate.fromStore()).u64(migrate.toStore());
        }

        @Override
        public WireWriter onTransferLeader(TransferLeader transfer) {
            return to.u64(transfer.regionId()).u64(transfer.toStore());
        }

        @Override
        public WireWriter onRemoveStore(RemoveStore remove) {
            return to.u64(remove.storeId()).flag(remove.isLost());
        }

        @Override
        public WireWriter onCheckRegion(CheckRegion check) {
            return to.u64(check.regionId());
        }

        @Override
        public WireWriter onCancelOperator(CancelOperator cancel) {
            return to.u64(cancel.operatorId());
        }

        @Override
        public WireWriter onRecoverRegions(RecoverRegions recover) {
            to.u32(recover.lostStores().size());
            recover.lostStores().forEach(to::u64);
            return to.flag(recover.isForReal());
        }

        @Override
        public WireWriter onListHotRegions(ListHotRegions list) {
            return to;
        }
    }

    private static final class Variants implements PdRequest.Cases<Integer> {
        @Override
        public Integer onFindRoute(FindRoute find) {
            return 1;
        }

        @Override
        public Integer onScanRoutes(ScanRoutes scan) {
            return 2;
        }

        @Override
        public Integer onGetStatus(GetStatus status) {
            return 3;
        }

        @Override
        public Integer onListStores(ListStores list) {
            return 4;
        }

        @Override
        public Integer onListRegions(ListRegions list) {
            return 5;
        }

        @Override
        public Integer onListOperators(ListOperators list) {
            return 6;
        }

        @Override
        public Integer onSplitRegion(SplitRegion split) {
            return 7;
        }

        @Override
        public Integer onMigrateRegion(MigrateRegion migrate) {
            return 8;
        }

        @Override
        public Integer onTransferLeader(TransferLeader transfer) {
            return 9;
        }

        @Override
        public Integer onRemoveStore(RemoveStore remove) {
            return 10;
        }

        @Override
        public Integer onCheckRegion(CheckRegion check) {
            return 11;
        }

        @Override
        public Integer onCancelOperator(CancelOperator cancel) {
            return 12;
        }

        @Override
        public Integer onRecoverRegions(RecoverRegions recover) {
            return 13;
        }

        @Override
        public Integer onListHotRegions(ListHotRegions list) {
            return 14;
        }
    }
}
