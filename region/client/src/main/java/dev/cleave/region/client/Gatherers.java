package dev.cleave.region.client;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.protocol.KvReply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where all requests leave: gets, puts and deletes through the {@link Gatherer} of their kind and region, others by themselves; writes behind what waits there. So the writes of one
 * region leave in the order in which they came, gathered or not. Holds only gatherers that have something to do.
 */
@OwnedBy("client loop")
final class Gatherers {
    /** What may share a request. */
    record Place(long store, long region, boolean isWrite) {}

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

    /** Sends a request, now or at the end of the turn or once there is room. */
    void send(Attempt attempt, Connection<KvReply> connection) {
        boolean isWrite = attempt.command.isWrite();
        boolean isGathered = bounds.isOn() && attempt.mayGather();
        if (!isWrite && !isGathered) {
            attempt.sendAlone(connection);
            return;
        }
        Place place = new Place(attempt.store, attempt.route.region().id(), isWrite);
        Gatherer gatherer = busy.get(place);
        if (isGathered) {
            if (gatherer == null) {
                gatherer = new Gatherer(bounds, this, place);
                busy.put(place, gatherer);
            }
            gatherer.add(attempt);
            return;
        }
        if (gatherer != null) {
            gatherer.sendAll(connection);
        }
        attempt.sendAlone(connection);
    }

    void due(Gatherer gatherer) {
        if (due.isEmpty()) {
            rim.timers().execute(this::sendDue);
        }
        due.add(gatherer);
    }

    void drop(Gatherer idle) {
        busy.remove(idle.place(), idle);
    }

    private void sendDue() {
        List<Gatherer> now = List.copyOf(due);
        due.clear();
        for (Gatherer gatherer : now) {
            gatherer.sendDue(Invariant.present(
                    stores.to(gatherer.place().store()), "a store's address, once known, stays known"));
        }
    }
}
