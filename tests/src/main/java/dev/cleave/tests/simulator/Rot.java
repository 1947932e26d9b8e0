package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Randomness;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A store one bit of whose log has turned: replicas that lost what they had acknowledged are given up there. An operator has them replaced, on
 * another store, as the placement driver does not do that by itself.
 */
final class Rot {
    private static final long RETRY_NANOS = 1_000_000_000L;
    /** Three replicas and a place for one more. */
    private static final int STORES_MIN = 4;

    private final Victims victims;
    private final SimCluster cluster;
    private final Randomness chance;
    private @Nullable SimStore store;
    private long nextNanos;

    Rot(Victims victims, Randomness chance) {
        this.victims = victims;
        this.cluster = victims.cluster();
        this.chance = chance;
    }

    /** Whether it may happen: it takes copies that others must still have, so not twice. */
    boolean mayHappen() {
        return store == null && cluster.stores().size() >= STORES_MIN;
    }

    /** Turns a bit of a store's log; false if there is none yet that may turn. */
    boolean strike(SimStore victim) {
        boolean hasTurned = victim.rot(chance);
        if (hasTurned) {
            store = victim;
        }
        return hasTurned;
    }

    /** Goes on: asks for replicas to be moved away that the regions' leaders count on, and that are no longer there. */
    void goOn() {
        SimStore rotten = store;
        if (rotten == null || !rotten.isUp() || cluster.world().nanos() < nextNanos) {
            return;
        }
        nextNanos = cluster.world().nanos() + RETRY_NANOS;
        for (RegionView view : cluster.seenRegions()) {
            boolean isMissing = view.region().peerOn(rotten.storeId()).isPresent()
                    && rotten.statuses().stream()
                            .noneMatch(status -> status.group() == view.region().id());
            if (isMissing) {
                replace(view.region(), rotten);
            }
        }
    }

    private void replace(Region region, SimStore rotten) {
        List<Long> free = cluster.stores().stream()
                .map(SimStore::storeId)
                .filter(id ->
                        id != 0 && region.peers().stream().map(Peer::storeId).noneMatch(id::equals))
                .toList();
        if (!free.isEmpty()) {
            victims.done("ask-replace-broken");
            cluster.ask(
                    new PdRequest.MigrateRegion(region.id(), rotten.storeId(), Victims.any(chance, free)), reply -> {});
        }
    }
}
