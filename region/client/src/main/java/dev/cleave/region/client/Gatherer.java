package dev.cleave.region.client;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.KvReply;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The writes, or the gets, to one region of one store that wait for each other: in the order in which they came, until few enough requests are under way or enough have come
 * together for a full one.
 */
@OwnedBy("client loop")
final class Gatherer implements Attempt.Carrier {
    private final Gathering bounds;
    private final Gatherers all;
    private final Gatherers.Place place;
    private final Set<Attempt> waiting = new LinkedHashSet<>();
    private long waitingBytes;
    private int underWay;
    private boolean isDue;

    Gatherer(Gathering bounds, Gatherers all, Gatherers.Place place) {
        this.bounds = bounds;
        this.all = all;
        this.place = place;
    }

    Gatherers.Place place() {
        return place;
    }

    void add(Attempt attempt) {
        waiting.add(attempt);
        waitingBytes += attempt.bytes();
        attempt.carriedBy(this);
        lookAgain();
    }

    @Override
    public void forget(Attempt attempt) {
        if (waiting.remove(attempt)) {
            waitingBytes -= attempt.bytes();
            lookAgain();
        }
    }

    /** One of its requests has been answered, or will not be. */
    void ended() {
        underWay--;
        lookAgain();
    }

    /** Sends what may leave. */
    void sendDue(Connection<KvReply> connection) {
        isDue = false;
        while (mayLeave()) {
            sendSome(connection);
        }
        lookAgain();
    }

    /** Sends everything, as something follows that must not overtake it. */
    void sendAll(Connection<KvReply> connection) {
        for (int left = waiting.size(); left > 0 && !waiting.isEmpty(); left--) {
            sendSome(connection);
        }
    }

    private boolean mayLeave() {
        boolean isFull = waiting.size() >= bounds.callsMax() || waitingBytes >= bounds.bytesMax();
        return !waiting.isEmpty() && (isFull || underWay < requestsMax());
    }

    private int requestsMax() {
        return place.isWrite() ? bounds.requestsMax() : bounds.readRequestsMax();
    }

    /** Not now but at the end of the turn, so that whatever else this turn brings leaves along with it. */
    private void lookAgain() {
        if (isDue) {
            return;
        }
        if (mayLeave()) {
            isDue = true;
            all.due(this);
        } else if (waiting.isEmpty() && underWay == 0) {
            all.drop(this);
        }
    }

    private void sendSome(Connection<KvReply> connection) {
        List<Attempt> together = new ArrayList<>(Math.min(waiting.size(), bounds.callsMax()));
        Iterator<Attempt> next = waiting.iterator();
        Epoch epoch = null;
        long bytes = 0;
        while (next.hasNext() && together.size() < bounds.callsMax()) {
            Attempt attempt = next.next();
            Epoch its = attempt.route.region().epoch();
            boolean fits = epoch == null || (its.equals(epoch) && bytes + attempt.bytes() <= bounds.bytesMax());
            if (!fits) {
                break;
            }
            epoch = its;
            bytes += attempt.bytes();
            together.add(attempt);
            next.remove();
        }
        waitingBytes -= bytes;
        underWay++;
        connection.send(
                place.isWrite()
                        ? new GatheredWrite(this, connection, together)
                        : new GatheredRead(this, connection, together));
    }
}
