package dev.cleave.region.protocol;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import java.util.List;

/** What clients and administrators ask of the placement driver. */
public sealed interface PdRequest {
    /** Exhaustive choice: a new variant does not compile until all have answered. */
    <R> R match(Cases<R> cases);

    /** One answer per variant. */
    interface Cases<R> {
        R onFindRoute(FindRoute findRoute);

        R onScanRoutes(ScanRoutes scanRoutes);

        R onGetStatus(GetStatus getStatus);

        R onListStores(ListStores listStores);

        R onListRegions(ListRegions listRegions);

        R onListOperators(ListOperators listOperators);

        R onSplitRegion(SplitRegion splitRegion);

        R onMigrateRegion(MigrateRegion migrateRegion);

        R onTransferLeader(TransferLeader transferLeader);

        R onRemoveStore(RemoveStore removeStore);

        R onCheckRegion(CheckRegion checkRegion);

        R onCancelOperator(CancelOperator cancelOperator);

        R onRecoverRegions(RecoverRegions recoverRegions);

        R onListHotRegions(ListHotRegions listHotRegions);
    }

    /** The region that holds {@code key}. Answer: {@link PdReply.Routes} with one region. */
    record FindRoute(Key key) implements PdRequest {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onFindRoute(this);
        }
    }

    /** The regions that overlap {@code range}, in key order, at most {@code limit}. Answer: {@link PdReply.Routes}. */
    record ScanRoutes(KeyRange range, int limit) implements PdRequest {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onScanRoutes(this);
        }
    }

    /** Answer: {@link PdReply.Status}. */
    record GetStatus() implements PdRequest {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onGetStatus(this);
        }
    }

    /** Answer: {@link PdReply.Stores}. */
    record ListStores() implements PdRequest {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onListStores(this);
        }
    }

    /** Answer: {@link PdReply.Regions}; region 0 means all. */
    record ListRegions(long regionId) implements PdRequest {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onListRegions(this);
        }
    }

    /** Answer: {@link PdReply.Operators}; operator 0 means all, running ones first. */
    record ListOperators(long operatorId) implements PdRequest {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onListOperators(this);
        }
    }

    /** The regions that are asked most often, the busiest first. Answer: {@link PdReply.HotRegions}. */
    record ListHotRegions() implements PdRequest {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onListHotRegions(this);
        }
    }

    /** Divide a region at keys strictly inside it. Answer: {@link PdReply.Accepted}. */
    record SplitRegion(long regionId, List<Key> keys) implements PdRequest {
        public SplitRegion {
            keys = List.copyOf(keys);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onSplitRegion(this);
        }
    }

    /** Move a replica. Answer: {@link PdReply.Accepted}. */
    record MigrateRegion(long regionId, long fromStore, long toStore) implements PdRequest {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onMigrateRegion(this);
        }
    }

    /** Answer: {@link PdReply.Accepted}. */
    record TransferLeader(long regionId, long toStore) implements PdRequest {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onTransferLeader(this);
        }
    }

    /** Retire a store: drained first, or at once if {@code isLost} (its disk is gone for good). Answer: {@link PdReply.Accepted}, operator 0. */
    record RemoveStore(long storeId, boolean isLost) implements PdRequest {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onRemoveStore(this);
        }
    }

    /** Compare what the replicas of a region hold; asked again, it tells how far that is. Answer: {@link PdReply.Checked}. */
    record CheckRegion(long regionId) implements PdRequest {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onCheckRegion(this);
        }
    }

    /** End a plan where it stands; what it leaves behind is tidied up. Answer: {@link PdReply.Accepted}. */
    record CancelOperator(long operatorId) implements PdRequest {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onCancelOperator(this);
        }
    }

    /**
     * Unsafe: these stores are lost for good, and regions that have lost their majority with them shall go on with what is left. Without {@code isForReal} it only tells what
     * would be done and what may be lost. Answer: {@link PdReply.Recovery}.
     */
    record RecoverRegions(List<Long> lostStores, boolean isForReal) implements PdRequest {
        public RecoverRegions {
            lostStores = List.copyOf(lostStores);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onRecoverRegions(this);
        }
    }
}
