package dev.cleave.placement.server.plan;

import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
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

    /**
     * Who shall lead instead, if the leader is on {@code leavingStore}: a voter that is up to date. Empty if the leader is elsewhere, or if there is nobody.
     */
    Optional<Peer> heir(long leavingStore) {
        return view.leaderStore() != leavingStore
                ? Optional.empty()
                : region().peers().stream()
                        .filter(peer -> peer.role() == PeerRole.VOTER && peer.storeId() != leavingStore)
                        .filter(peer -> isCaughtUp(peer.replicaId()) && observed.isUsable(peer.storeId()))
                        .findFirst();
    }

    boolean isCaughtUp(long replicaId) {
        return !view.pendingReplicas().contains(replicaId)
                && !view.downReplicas().contains(replicaId);
    }
}
