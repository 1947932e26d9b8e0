package dev.cleave.region.client;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.protocol.KvReply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where all writes leave: through the {@link Gatherer} of their region, or by themselves behind what waits there. So the writes of one region leave in the order
 * in which they came, gathered or not. Holds only gatherers that have something to do.
 */
@OwnedBy("client loop")
final class Gatherers {
    private record Place(long store, long region) {}

    private final Rim rim;
    private final Gathering bounds;
    private final StoreConnections stores;
    private final Map<Place, Gatherer> busy = new HashMap<>();
    private final List<Gatherer> due = new ArrayList<>();

    Gatherers(Rim rim, Gathering bounds, StoreConnections stores) {
        this.rim = rim;
        this.bounds = bounds;
        this.stores = stores;
    }

    /** Sends a write, now or at the end of the turn or once there is room. */
    void send(Attempt write, Connection<KvReply> connection) {
        Place place = new Place(write.store, write.route.region().id());
        if (bounds.isOn() && write.mayGather()) {
            busy.computeIfAbsent(place, fresh -> new Gatherer(bounds, this, place.store, place.region))
                    .add(write);
            return;
        }
        Gatherer before = busy.get(place);
        if (before != null) {
            before.sendAll(connection);
        }
        write.sendAlone(connection);
    }

    void due(Gatherer gatherer) {
        if (due.isEmpty()) {
            rim.timers().execute(this::sendDue);
        }
        due.add(gatherer);
    }

    void drop(Gatherer idle) {
        busy.remove(new Place(idle.store(), idle.region()), idle);
    }

    private void sendDue() {
        List<Gatherer> now = List.copyOf(due);
        due.clear();
        for (Gatherer gatherer : now) {
            gatherer.sendDue(
                    Invariant.present(stores.to(gatherer.store()), "a store's address, once known, stays known"));
        }
    }
}
