package dev.cleave.region.client;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.protocol.Peer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which store to ask next for one task: the leader if known, else the peers in turn; those that were asked in vain come last. */
@OwnedBy("client loop")
final class StoreChoice {
    private final RouteCache routes;
    private final Set<Long> avoided = new LinkedHashSet<>();
    private long lastChosen;

    StoreChoice(RouteCache routes) {
        this.routes = routes;
    }

    /** A store of the region that has an address, or 0 if all have been tried; then all may be tried again. */
    long choose(Route route) {
        long chosen = isCandidate(route.leaderStore())
                ? route.leaderStore()
                : nextPeer(route.region().peers());
        if (chosen == 0) {
            avoided.clear();
        } else {
            lastChosen = chosen;
        }
        return chosen;
    }

    /** It was asked in vain. */
    void avoid(long store) {
        avoided.add(store);
    }

    /** Somebody recommends it: it may be asked again. Returns whether it had been asked in vain. */
    boolean forgive(long store) {
        return avoided.remove(store);
    }

    void forgiveAll() {
        avoided.clear();
    }

    private long nextPeer(List<Peer> peers) {
        int first = peers.isEmpty() ? 0 : (int) Long.remainderUnsigned(lastChosen + 1, peers.size());
        for (int i = 0; i < peers.size(); i++) {
            Peer peer = peers.get((first + i) % peers.size());
            if (peer.isVoter() && isCandidate(peer.storeId())) {
                return peer.storeId();
            }
        }
        return 0;
    }

    private boolean isCandidate(long store) {
        return store != 0 && !avoided.contains(store) && routes.addressOf(store) != null;
    }
}
