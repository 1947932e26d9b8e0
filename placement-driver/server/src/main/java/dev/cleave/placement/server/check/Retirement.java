package dev.cleave.placement.server.check;

import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.Region;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Whether a store may go: the safety rules of draining and of declaring a disk lost. */
public final class Retirement {
    private Retirement() {}

    /** Why the store cannot be drained now; empty if it can. */
    public static Optional<String> drainRefusal(long storeId, Collection<Long> upStores, int replicasMax) {
        long others = upStores.stream().filter(id -> id != storeId).count();
        return others >= replicasMax
                ? Optional.empty()
                : Optional.of("store " + storeId + " cannot be drained: only " + others
                        + " other stores are up, but each region needs " + replicasMax
                        + " replicas; start another store first");
    }

    /** The first region that would lose its quorum for good without the store, in words; empty if none would. */
    public static Optional<String> lossRefusal(long storeId, Collection<Region> regions, StoreChoice stores) {
        for (Region region : regions) {
            List<Peer> voters = region.peers().stream().filter(Peer::isVoter).toList();
            List<Peer> left = voters.stream()
                    .filter(peer -> peer.storeId() != storeId && !stores.isRemoved(peer.storeId()))
                    .toList();
            boolean isAffected = region.peerOn(storeId).map(Peer::isVoter).orElse(false);
            if (isAffected && left.size() < voters.size() / 2 + 1) {
                return Optional.of("region " + region.id() + " " + region.range()
                        + " would lose its quorum for good: of its " + voters.size() + " replicas only " + left.size()
                        + " would be left; bring the store back, restore the region from a backup, or see what"
                        + " `cleave region recover --lost " + storeId + "` would lose");
            }
        }
        return Optional.empty();
    }
}
