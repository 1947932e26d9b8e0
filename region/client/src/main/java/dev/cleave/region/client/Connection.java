package dev.cleave.region.client;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.base.Timers;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.engine.wire.LinkListener;
import dev.cleave.region.protocol.MalformedFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests and answers with one address. Connects when something is to be sent, and again after a loss; pauses between attempts that
 * fail. Each exchange ends in exactly one of: answered, not sent, lost, forgotten. When the link closes all that is in flight
 * ends at once. Bounded by the calls that may be in flight in the client.
 */
@OwnedBy("client loop")
final class Connection<R> {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** One request on its way. Called on the loop; must not block. */
    interface Exchange<R> {
        long requestId();

        /** The bytes, asked for just before they leave. */
        ByteBuffer frame();

        /** The link has taken the bytes; from now on the other side may act on them. */
        void onSent();

        void onReply(R reply);

        /** Nothing has left, so nothing can have been done. {@code isReachable}: the link is there but takes no more now. */
        void onNotSent(String reason, boolean isReachable);

        /** Sent, and the link was lost before an answer. */
        void onLost(String reason);
    }

    /** Reads answers, on the network's thread. */
    interface Answers<R> {
        long requestId(ByteBuffer frame);

        R decode(ByteBuffer frame);
    }

    /** Looks at who answers. */
    interface Doorkeeper {
        /** Why {@code peer} is not the one wanted; empty if it is. */
        String objection(Hello peer);
    }

    private final Address address;
    private final Rim rim;
    private final Counters counters;
    private final Answers<R> answers;
    private final Doorkeeper doorkeeper;
    private final long connectTimeoutNanos;
    private final Backoff backoff;
    private @Nullable Session session;
    private long connectNotBeforeNanos;
    private String lastTrouble = "";
    private boolean hasFailed;

    Connection(
            Address address,
            Rim rim,
            ClientConfig config,
            Counters counters,
            Answers<R> answers,
            Doorkeeper doorkeeper) {
        this.address = address;
        this.rim = rim;
        this.counters = counters;
        this.answers = answers;
        this.doorkeeper = doorkeeper;
        this.connectTimeoutNanos = 3 * config.attemptTimeout().toNanos();
        this.backoff = new Backoff(
                rim.randomness(),
                config.backoffMin().toNanos(),
                config.backoffMax().toNanos());
    }

    Address address() {
        return address;
    }

    /** Sends, now or once the link is open. May call the exchange back before it returns. */
    void send(Exchange<R> exchange) {
        Session current = session;
        if (current == null) {
            if (hasFailed && rim.clock().nanos() - connectNotBeforeNanos < 0) {
                exchange.onNotSent(lastTrouble, false);
                return;
            }
            current = new Session();
            session = current;
            current.connect();
        }
        current.send(exchange);
    }

    /** The answer, if it still comes, is not wanted any more. */
    void forget(Exchange<R> exchange) {
        Session current = session;
        if (current != null) {
            current.forget(exchange.requestId());
        }
    }

    /** Ends all exchanges and the link. */
    void close(String reason) {
        Session current = session;
        if (current != null) {
            current.end(reason);
        }
    }

    /** Closes the link once nothing is in flight on it; to be sent nothing more. */
    void retire() {
        Session current = session;
        if (current != null) {
            current.isRetiring = true;
            current.closeIfRetired();
        }
    }

    /** One link's life. The network calls on its own thread; each call is handed over to the loop. */
    private final class Session implements LinkListener {
        private final Map<Long, Exchange<R>> waiting = new LinkedHashMap<>();
        private final Map<Long, Exchange<R>> inFlight = new LinkedHashMap<>();
        private @Nullable Link link;
        private Timers.@Nullable Cancellable connectTimer;
        private boolean isOpen;
        private boolean isRetiring;
        private boolean hasEnded;

        void connect() {
            connectTimer = rim.timers()
                    .schedule(
                            connectTimeoutNanos,
                            () -> end("no link to " + address + " within " + connectTimeoutNanos / 1_000_000 + " ms"));
            link = rim.network().connect(address, Hello::client, this);
        }

        void send(Exchange<R> exchange) {
            if (!isOpen) {
                waiting.put(exchange.requestId(), exchange);
                return;
            }
            Link to = link;
            if (to != null && to.send(exchange.frame())) {
                inFlight.put(exchange.requestId(), exchange);
                exchange.onSent();
            } else if (to != null && to.isOpen()) {
                exchange.onNotSent("the link to " + address + " has too many unsent bytes", true);
            } else {
                exchange.onNotSent("the link to " + address + " is closing", false);
            }
        }

        void forget(long requestId) {
            waiting.remove(requestId);
            inFlight.remove(requestId);
            closeIfRetired();
        }

        void closeIfRetired() {
            if (isRetiring && waiting.isEmpty() && inFlight.isEmpty()) {
                end("no longer needed");
            }
        }

        @Override
        public void onOpen(Link opened, Hello peer) {
            rim.timers().execute(() -> opened(opened, peer));
        }

        @Override
        public void onFrame(Link from, ByteBuffer frame) {
            try {
                long requestId = answers.requestId(frame);
                R reply = answers.decode(frame);
                rim.timers().execute(() -> answered(requestId, reply));
            } catch (MalformedFrame malformed) {
                LOG.warn("closing link after a malformed answer remote={} reason={}", address, malformed.getMessage());
                from.close();
            }
        }

        @Override
        public void onClose(Link closed, String reason) {
            rim.timers().execute(() -> end(reason));
        }

        private void opened(Link opened, Hello peer) {
            if (hasEnded) {
                opened.close();
                return;
            }
            String objection = doorkeeper.objection(peer);
            if (!objection.isEmpty()) {
                LOG.warn("closing link remote={} reason={}", address, objection);
                end(objection);
                return;
            }
            link = opened;
            isOpen = true;
            cancelConnectTimer();
            backoff.reset();
            hasFailed = false;
            counters.openLinks.incrementAndGet();
            while (!waiting.isEmpty() && isOpen) {
                Exchange<R> next = waiting.values().iterator().next();
                waiting.remove(next.requestId());
                send(next);
            }
        }

        private void answered(long requestId, R reply) {
            Exchange<R> exchange = inFlight.remove(requestId);
            if (exchange != null) {
                exchange.onReply(reply);
            }
            closeIfRetired();
        }

        void end(String reason) {
            if (hasEnded) {
                return;
            }
            hasEnded = true;
            cancelConnectTimer();
            if (isOpen) {
                counters.openLinks.decrementAndGet();
            } else {
                hasFailed = true;
                connectNotBeforeNanos = rim.clock().nanos() + backoff.nextNanos();
            }
            isOpen = false;
            lastTrouble = reason;
            if (session == this) {
                session = null;
            }
            Link gone = link;
            if (gone != null) {
                gone.close();
            }
            settleAll(reason);
        }

        private void settleAll(String reason) {
            List<Exchange<R>> unsent = new ArrayList<>(waiting.values());
            List<Exchange<R>> unanswered = new ArrayList<>(inFlight.values());
            waiting.clear();
            inFlight.clear();
            unsent.forEach(exchange -> exchange.onNotSent(reason, false));
            unanswered.forEach(exchange -> exchange.onLost(reason));
        }

        private void cancelConnectTimer() {
            Timers.Cancellable timer = connectTimer;
            if (timer != null) {
                timer.cancel();
            }
        }
    }
}
