package dev.cleave.placement.server.check;

import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Looks at the replicas of one region that no operator works on: destroyed ones, leftover learners, replicas on removed stores, too many, too few, replicas
 * on draining stores; in this order, one need at a time.
 */
public final class ReplicaChecker {
    private final int replicasMax;

    public ReplicaChecker(int replicasMax) {
        this.replicasMax = replicasMax;
    }

    /** Whether a region is as nearly all are: it has its voters, all of them where they may stay. Then it needs nothing, and that costs little to see. */
    public boolean isPlain(Region region, StoreChoice stores) {
        List<Peer> peers = region.peers();
        for (int i = 0; i < peers.size(); i++) {
            Peer peer = peers.get(i);
            boolean mayStay = peer.role() == PeerRole.VOTER
                    && !stores.isDestroyed(peer.replicaId())
                    && !stores.isRemoved(peer.storeId())
                    && !stores.isDraining(peer.storeId());
            if (!mayStay) {
                return false;
            }
        }
        return peers.size() == replicasMax;
    }

    public Optional<Need> check(RegionView view, StoreChoice stores) {
        Region region = view.region();
        if (region.isJoint() || isPlain(region, stores)) {
            return Optional.empty();
        }
        List<Peer> voters = region.peers().stream().filter(Peer::isVoter).toList();
        return destroyed(region, stores)
                .or(() -> leftover(region, voters, stores))
                .or(() -> onRemoved(region, voters, stores))
                .or(() -> tooMany(view, voters, stores))
                .or(() -> tooFew(region, voters, stores))
                .or(() -> onDraining(region, voters, stores));
    }

    /** Its store has put it aside: it will never answer again. With no other store to go to, its own takes the next one. */
    private static Optional<Need> destroyed(Region region, StoreChoice stores) {
        return region.peers().stream()
                .filter(peer -> stores.isDestroyed(peer.replicaId()))
                .findFirst()
                .map(peer -> Need.remove(
                        peer,
                        "replica " + peer.replicaId() + " on store " + peer.storeId()
                                + " has lost its log or its data"));
    }

    private Optional<Need> leftover(Region region, List<Peer> voters, StoreChoice stores) {
        return region.peers().stream()
                .filter(peer -> peer.role() == PeerRole.LEARNER)
                .findFirst()
                .map(learner -> voters.size() < replicasMax && stores.isUp(learner.storeId())
                        ? Need.finish(learner, "a learner is there and " + count(voters))
                        : Need.remove(learner, "a learner is left over from a cancelled operator"));
    }

    private Optional<Need> onRemoved(Region region, List<Peer> voters, StoreChoice stores) {
        Optional<Peer> lost =
                voters.stream().filter(peer -> stores.isRemoved(peer.storeId())).findFirst();
        if (lost.isPresent() && voters.size() > replicasMax) {
            return lost.map(peer -> Need.remove(peer, "store " + peer.storeId() + " has been removed"));
        }
        return lost.flatMap(peer -> moveAway(region, peer, stores, "store " + peer.storeId() + " has been removed"));
    }

    private Optional<Need> tooMany(RegionView view, List<Peer> voters, StoreChoice stores) {
        if (voters.size() <= replicasMax) {
            return Optional.empty();
        }
        Comparator<Peer> worstFirst = Comparator.comparing((Peer peer) -> stores.isUp(peer.storeId()))
                .thenComparing(peer -> peer.storeId() == view.leaderStore())
                .thenComparing(peer -> -stores.replicas(peer.storeId()))
                .thenComparing(Peer::replicaId);
        return voters.stream().min(worstFirst).map(peer -> Need.remove(peer, count(voters)));
    }

    private Optional<Need> tooFew(Region region, List<Peer> voters, StoreChoice stores) {
        OptionalLong to = target(region, stores);
        return voters.size() >= replicasMax || to.isEmpty()
                ? Optional.empty()
                : Optional.of(Need.grow(to.getAsLong(), count(voters)));
    }

    private static Optional<Need> onDraining(Region region, List<Peer> voters, StoreChoice stores) {
        return voters.stream()
                .filter(peer -> stores.isDraining(peer.storeId()))
                .findFirst()
                .flatMap(peer -> moveAway(region, peer, stores, "store " + peer.storeId() + " is draining"));
    }

    private static Optional<Need> moveAway(Region region, Peer peer, StoreChoice stores, String reason) {
        OptionalLong to = target(region, stores);
        return to.isEmpty() ? Optional.empty() : Optional.of(Need.move(peer, to.getAsLong(), reason));
    }

    private static OptionalLong target(Region region, StoreChoice stores) {
        return stores.targets().stream()
                .mapToLong(Long::longValue)
                .filter(store -> region.peerOn(store).isEmpty())
                .findFirst();
    }

    private String count(List<Peer> voters) {
        return "the region has " + voters.size() + " of " + replicasMax + " replicas";
    }
}
