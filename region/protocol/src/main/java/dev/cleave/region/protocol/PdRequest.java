package dev.cleave.region.protocol;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import java.util.List;

/** What clients and administrators ask of the placement driver. */
public sealed interface PdRequest {
    /** The region that holds {@code key}. Answer: {@link PdReply.Routes} with one region. */
    record FindRoute(Key key) implements PdRequest {}

    /** The regions that overlap {@code range}, in key order, at most {@code limit}. Answer: {@link PdReply.Routes}. */
    record ScanRoutes(KeyRange range, int limit) implements PdRequest {}

    /** Answer: {@link PdReply.Status}. */
    record GetStatus() implements PdRequest {}

    /** Answer: {@link PdReply.Stores}. */
    record ListStores() implements PdRequest {}

    /** Answer: {@link PdReply.Regions}; region 0 means all. */
    record ListRegions(long regionId) implements PdRequest {}

    /** Answer: {@link PdReply.Operators}; operator 0 means all, running ones first. */
    record ListOperators(long operatorId) implements PdRequest {}

    /** Divide a region at keys strictly inside it. Answer: {@link PdReply.Accepted}. */
    record SplitRegion(long regionId, List<Key> keys) implements PdRequest {
        public SplitRegion {
            keys = List.copyOf(keys);
        }
    }

    /** Move a replica. Answer: {@link PdReply.Accepted}. */
    record MigrateRegion(long regionId, long fromStore, long toStore) implements PdRequest {}

    /** Answer: {@link PdReply.Accepted}. */
    record TransferLeader(long regionId, long toStore) implements PdRequest {}

    /** Retire a store: drained first, or at once if {@code isLost} (its disk is gone for good). Answer: {@link PdReply.Accepted}, operator 0. */
    record RemoveStore(long storeId, boolean isLost) implements PdRequest {}
}
