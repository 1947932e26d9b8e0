package dev.cleave.region.replica;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.raft.Liveness;

/** Answers for one group whether the stores of its replicas are heard. */
@OwnedBy("replica agent")
final class PeerStores implements Liveness {
    private final StoreLiveness stores;
    private Places places;

    PeerStores(StoreLiveness stores, Places places) {
        this.stores = stores;
        this.places = places;
    }

    void settle(Places next) {
        places = next;
    }

    @Override
    public boolean isLive(long replica) {
        return stores.isLive(places.storeOf(replica));
    }
}
