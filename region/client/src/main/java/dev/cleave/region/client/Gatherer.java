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
    /** Fewer gets than that are not worth a request more. */
    private static final int SHARE_MIN = 16;

    private final Gathering bounds;
    private final Gatherers all;
    private final Gatherers.Place place;
    private final Set<Attempt> waiting = new LinkedHashSet<>();
    private long waitingBytes;
    private int underWay;
    private int callsUnderWay;
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

    /** One of its requests, that left with so many calls, has been answered, or will not be. */
    void ended(int calls) {
        underWay--;
        callsUnderWay -= calls;
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

    /**
     * How many may leave together. Writes as many as there are, since the store agrees on them in rounds, and each round has its price. Gets in equal shares, one for each request that may be
     * under way, so that the store answers one while the next is on its way: calls that are answered together ask again together, and in
     * one request they would have client and store take turns.
     */
    private int callsMax() {
        if (place.isWrite() || underWay >= requestsMax()) {
            return bounds.callsMax();
        }
        int calls = waiting.size() + callsUnderWay;
        int share = Math.max(SHARE_MIN, (calls + requestsMax() - 1) / requestsMax());
        return Math.min(bounds.callsMax(), share);
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
        int callsMax = callsMax();
        List<Attempt> together = new ArrayList<>(Math.min(waiting.size(), callsMax));
        Iterator<Attempt> next = waiting.iterator();
        Epoch epoch = null;
        long bytes = 0;
        while (next.hasNext() && together.size() < callsMax) {
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
        callsUnderWay += together.size();
        connection.send(
                place.isWrite()
                        ? new GatheredWrite(this, connection, together)
                        : new GatheredRead(this, connection, together));
    }
}
