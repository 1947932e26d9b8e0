package dev.cleave.region.protocol;

import java.util.List;

/**
 * A region with what its leader last reported.
 *
 * @param leaderStore the leader's store, 0 if unknown
 * @param pendingReplicas replicas that lag behind the leader's log
 * @param downReplicas replicas not heard from
 */
public record RegionView(
        Region region,
        long leaderStore,
        long term,
        long commitIndex,
        long appliedIndex,
        long approximateBytes,
        List<Long> pendingReplicas,
        List<Long> downReplicas) {
    public RegionView {
        pendingReplicas = List.copyOf(pendingReplicas);
        downReplicas = List.copyOf(downReplicas);
    }
}
