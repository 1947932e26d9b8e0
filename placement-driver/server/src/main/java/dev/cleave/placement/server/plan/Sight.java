package dev.cleave.placement.server.plan;

import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import java.util.Optional;

/**
 * One look at the region of an operator.
 *
 * @param baseline the region when the operator was made
 */
record Sight(RegionView view, Region baseline, Observed observed) {
    Region region() {
        return view.region();
    }

    Optional<Peer> peer(long replicaId) {
        return region().peer(replicaId);
    }

    boolean hasChangedMembership() {
        return region().epoch().confVersion() != baseline.epoch().confVersion();
    }

    boolean hasChangedRange() {
        return region().epoch().version() != baseline.epoch().version();
    }

    boolean isCaughtUp(long replicaId) {
        return !view.pendingReplicas().contains(replicaId)
                && !view.downReplicas().contains(replicaId);
    }
}
