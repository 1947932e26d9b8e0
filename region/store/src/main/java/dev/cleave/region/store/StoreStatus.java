package dev.cleave.region.store;

import dev.cleave.engine.wire.Address;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.replica.GroupStatus;
import dev.cleave.region.store.report.DiskUse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A store as it stood a moment ago, for people and for monitoring.
 *
 * @param state where the node is in its life
 */
public record StoreStatus(
        StoreIdentity identity,
        Address address,
        Address http,
        State state,
        String message,
        @Nullable Load load,
        List<RegionStatus> regions) {
    public StoreStatus {
        regions = List.copyOf(regions);
    }

    /** The life of a node. */
    public enum State {
        /** Has no id yet and waits for the placement driver to give it one. */
        REGISTERING,
        /** Serves. */
        SERVING,
        /** Moves its leaders away before it stops. */
        LEAVING,
        /** Refused by the placement driver: it must stop. */
        REJECTED,
        CLOSED
    }

    /** What it has to do now. */
    public record Load(
            int regions,
            int leaders,
            int requestsInFlight,
            long bytesInFlight,
            int snapshotsSending,
            int snapshotsReceiving,
            long engineMemoryBytes,
            long logBytes,
            DiskUse.Space disk,
            boolean isDiskFull,
            Reads reads) {}

    /**
     * How reads were answered since the start.
     *
     * @param atOnce by a lease, from memory, on the network's thread
     * @param leased by a lease, on a read agent
     * @param lapsed whose lease ended under them; they are counted again by how they were answered in the end
     * @param indexed by read index
     */
    public record Reads(long atOnce, long leased, long lapsed, long indexed) {}

    /**
     * One replica.
     *
     * @param region null for a replica that has no descriptor yet
     */
    public record RegionStatus(@Nullable Region region, GroupStatus group) {}
}
