package dev.cleave.region.control;

import dev.cleave.engine.base.Key;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.StoreInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records that the placement driver sends to a store. */
public sealed interface FromPlacement {
    /**
     * Accepted. {@code firstRegion} is present for the one store that must create the cluster's first region (again, until it is seen). Every id that was given out
     * before this store started is less than {@code idsBelow}; 0 from a placement driver that does not say.
     */
    record Registered(
            long clusterId, long storeId, @Nullable Region firstRegion, long idsBelow) implements FromPlacement {}

    /** Refused: the store must stop; {@code message} says why and what to do. */
    record Rejected(String message) implements FromPlacement {}

    /** All stores, if the map is newer than what the store has; else an empty list. */
    record StoreMap(long version, List<StoreInfo> stores) implements FromPlacement {
        public StoreMap {
            stores = List.copyOf(stores);
        }
    }

    /** For each new piece a region id and one replica id per peer, in the order of the region's peers. */
    record SplitIds(List<Piece> pieces) implements FromPlacement {
        public SplitIds {
            pieces = List.copyOf(pieces);
        }

        public record Piece(long regionId, List<Long> replicaIds) {
            public Piece {
                replicaIds = List.copyOf(replicaIds);
            }
        }
    }

    /** Null region: it does not exist any more. If the replica is not in {@code region}, and its epoch is older, it must go. */
    record PeerVerdict(
            long regionId, long replicaId, @Nullable Region region) implements FromPlacement {}

    /** What is known of the regions led by the store is not what it says it has told: tell all of them. */
    record TellRegions() implements FromPlacement {}

    /** The replica's data differ from those of a majority: it must be destroyed, and its end told. */
    record PutAside(long regionId, long replicaId, String reason) implements FromPlacement {}

    /** Say where each replica stands: a majority of some region is lost. Answer: {@link ToPlacement.Replicas}. */
    record TellReplicas(long askId) implements FromPlacement {}

    /** Unsafe, on a person's word: the replica shall lead without those that are lost for good, and strike them out. */
    record Recover(long regionId, long replicaId, List<Long> lost) implements FromPlacement {
        public Recover {
            lost = List.copyOf(lost);
        }
    }

    /** One step of an operator for a region's leader. Guarded by the epoch it was made for; repeating it is harmless. */
    record Command(long operatorId, long regionId, Epoch epoch, Action action) implements FromPlacement {}

    /** What a command asks for. */
    sealed interface Action {
        /** Change of membership in one go: each peer given gets the role given (VOTER or LEARNER); those in {@code removed} leave. */
        record ChangePeers(List<Peer> peers, List<Peer> removed) implements Action {
            public ChangePeers {
                peers = List.copyOf(peers);
                removed = List.copyOf(removed);
            }
        }

        record TransferLeader(long replicaId) implements Action {}

        /** Have every replica tell a digest of what it holds, all at the same index. */
        record Check(long checkId) implements Action {}

        /** Divide at the keys; the right-most piece keeps the region id. {@code ids} has one piece per key. */
        record Split(List<Key> keys, List<SplitIds.Piece> ids) implements Action {
            public Split {
                keys = List.copyOf(keys);
                ids = List.copyOf(ids);
            }
        }
    }
}
