package dev.cleave.region.store;

import dev.cleave.region.raft.Campaign;
import dev.cleave.region.replica.ReplicaCounts;
import dev.cleave.region.store.gate.Busy;
import dev.cleave.region.store.gate.RequestCounts;
import java.util.List;
import java.util.Map;

/**
 * What a store has counted since it began, for monitoring. Parts are read one after the other, not as one snapshot.
 *
 * @param requests how long requests took, by operation and answer
 * @param moved the bytes of their frames
 * @param busy how often clients were told to come back later
 * @param campaigns how often replicas here stood for election
 * @param dropped raft messages that were dropped here
 * @param snapshotsSentBytes data of replicas sent whole
 * @param snapshotsReceivedBytes data of replicas received whole
 */
public record StoreCounts(
        List<RequestCounts.Row> requests,
        List<RequestCounts.Moved> moved,
        Map<Busy, Long> busy,
        Map<Campaign, Long> campaigns,
        Map<ReplicaCounts.Dropped, Long> dropped,
        long snapshotsSentBytes,
        long snapshotsReceivedBytes) {
    public StoreCounts {
        requests = List.copyOf(requests);
        moved = List.copyOf(moved);
        busy = Map.copyOf(busy);
        campaigns = Map.copyOf(campaigns);
        dropped = Map.copyOf(dropped);
    }
}
