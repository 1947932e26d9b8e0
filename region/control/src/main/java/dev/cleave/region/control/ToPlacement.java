package dev.cleave.region.control;

import dev.cleave.engine.wire.Address;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionLoad;
import dev.cleave.region.protocol.RegionView;
import java.util.List;

/** Records that a store sends to the placement driver. Each travels in a {@link ControlFrame} with a call number (0: no answer wanted). */
public sealed interface ToPlacement {
    /**
     * "Here I am": sent at every start before anything else, and again after each reconnect. {@code storeId} and {@code clusterId} are 0 on an
     * empty data directory. Answer: {@link FromPlacement.Registered} or {@link FromPlacement.Rejected}.
     */
    record RegisterStore(
            long clusterId, long storeId, long dataUuid, long startNumber, Address address, Address httpAddress)
            implements ToPlacement {}

    /** Every 3 s. Answer: {@link FromPlacement.StoreMap}. */
    record StoreHeartbeat(
            long storeId,
            long startNumber,
            long capacityBytes,
            long availableBytes,
            long usedBytes,
            int regions,
            int leaders,
            int snapshotsSending,
            int snapshotsReceiving,
            long storeMapVersion)
            implements ToPlacement {}

    /**
     * From a region's leader: at once on any change, and after 10 s if a figure has changed or everything was asked for. Answer (any time later): {@link
     * FromPlacement.Command}s.
     */
    record RegionHeartbeat(long storeId, RegionView view) implements ToPlacement {}

    /**
     * Every 10 s, behind the heartbeats of that round: what was last told of each of the {@code regions} led here still holds. {@code digest} is made of it ({@link
     * ReportDigest}): whoever knows something else answers {@link FromPlacement.TellRegions}.
     */
    record RegionsUnchanged(long storeId, int regions, long digest) implements ToPlacement {}

    /** Ids for {@code pieces} new regions and their replicas. Answer: {@link FromPlacement.SplitIds} or Rejected. */
    record AskSplit(Region region, int pieces) implements ToPlacement {}

    /** "Am I still a member?", from a replica that has long heard of no leader. Answer: {@link FromPlacement.PeerVerdict}. */
    record CheckPeer(long regionId, long replicaId, Epoch epoch) implements ToPlacement {}

    /** A stopping store asks that its leaders be taken over; the commands follow. */
    record Leaving(long storeId) implements ToPlacement {}

    /** What a replica holds right behind a check entry: the number of its pairs and a checksum over them. */
    record Digested(long storeId, long checkId, long replicaId, long regionId, long index, long keys, long checksum)
            implements ToPlacement {}

    /** A command that its leader will not carry out as things are: why. It may be repeated: what is true changes. */
    record CommandRefused(long operatorId, long regionId, String reason) implements ToPlacement {}

    /** Where one replica with data stands: what it is a replica of, and how far its log reaches. */
    record ReplicaState(
            Region region,
            long replicaId,
            long term,
            long lastTerm,
            long lastIndex,
            long commitIndex,
            long appliedIndex) {}

    /** All replicas with data on a store, in parts; the last part says so. Answers {@link FromPlacement.TellReplicas}. */
    record Replicas(long storeId, long askId, boolean isLast, List<ReplicaState> replicas) implements ToPlacement {
        public Replicas {
            replicas = List.copyOf(replicas);
        }
    }

    /** With the heartbeat of a store that is asked anything: how often the regions led here were asked in the last second, the busiest of them. */
    record Loads(long storeId, List<RegionLoad> regions) implements ToPlacement {
        /** More are not told. */
        public static final int REGIONS_MAX = 32;

        public Loads {
            regions = List.copyOf(regions);
        }
    }

    /** Replicas that were destroyed here and confirmed durable. */
    record Destroyed(long storeId, List<Long> replicaIds) implements ToPlacement {
        public Destroyed {
            replicaIds = List.copyOf(replicaIds);
        }
    }
}
