package dev.cleave.region.control;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.codec.RecordException;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.engine.wire.Network;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store's side of its conversation with the placement driver: keeps one link to one of its members, pairs answers with questions, hands on
 * what comes unasked. Owned by one agent, which calls {@link #doWork} in each of its turns and runs again at {@link #nextDeadlineNanos};
 * it has no thread of its own, and all call-backs come from inside {@code doWork}.
 *
 * <p>Nothing is kept for later: what cannot be sent now is dropped (reports are repeated by their nature) or fails (questions).
 */
@OwnedBy("the agent that reports to the placement driver")
public final class PlacementStub implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PlacementStub.class);

    private static final long UNSENT_NANOS = 100_000_000;

    private final Network network;
    private final List<Address> members;
    private final Supplier<Hello> self;
    private final Clock clock;
    private final PlacementStubOptions options;
    private final Listener listener;
    private final LinkEvents events;
    private final OpenAsks asks;
    private final BackOff backOff;
    private final ControlCodec codec = new ControlCodec();

    private @Nullable Link link;
    private boolean isOpen;
    private int member;
    private long connectAtNanos;
    private long openByNanos;
    private long lastFrameNanos;
    private boolean isClosed;

    /** What the owner hears; always from inside {@link #doWork}. */
    public interface Listener {
        /** A member is reachable (again): register now, before anything else, and report everything. */
        void connected();

        void disconnected(String reason);

        /** Something that nobody asked for: commands, mostly. */
        void pushed(FromPlacement record);
    }

    /**
     * @param members wire addresses of the placement driver, tried in turn
     * @param wake makes the owner run soon; called on the network's thread
     */
    public PlacementStub(
            Network network,
            List<Address> members,
            Supplier<Hello> self,
            Clock clock,
            Randomness random,
            PlacementStubOptions options,
            Listener listener,
            Runnable wake) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException(
                    "no placement driver address is given; expected HOST:PORT[,HOST:PORT...]");
        }
        this.network = network;
        this.members = List.copyOf(members);
        this.self = self;
        this.clock = clock;
        this.options = options;
        this.listener = listener;
        this.events = new LinkEvents(options.framesMax(), wake);
        this.asks = new OpenAsks(options.openAsksMax());
        this.backOff =
                new BackOff(options.backOffMin().toNanos(), options.backOffMax().toNanos(), random);
        this.member = (int) random.below(members.size());
        this.connectAtNanos = clock.nanos();
    }

    public boolean isConnected() {
        return isOpen;
    }

    /** The member that is (or will next be) spoken to. */
    public Address member() {
        return members.get(member);
    }

    /** Sends what wants no answer. False if it could not be sent: it is dropped. */
    public boolean tell(ToPlacement record) {
        Link now = link;
        return isOpen && now != null && now.send(codec.encode(0, record));
    }

    /**
     * Asks; exactly one of {@code answer} and {@code failed} (not connected, connection lost, timed out) is called later. With too many open
     * questions {@code failed} is called at once.
     */
    public void ask(ToPlacement record, long timeoutNanos, Consumer<FromPlacement> answer, Runnable failed) {
        if (asks.isFull() || isClosed) {
            failed.run();
            return;
        }
        long now = clock.nanos();
        Link to = link;
        if (isOpen && to != null) {
            long call = asks.open(now, timeoutNanos, true, answer, failed);
            if (to.send(codec.encode(call, record))) {
                return;
            }
            asks.cancel(call);
        }
        // Not at once: whoever asks again from inside "failed" must not spin.
        asks.open(now, Math.min(timeoutNanos, UNSENT_NANOS), false, answer, failed);
    }

    /** One turn: call-backs, time-outs, reconnection. Returns how much was done. */
    public int doWork(long nowNanos) {
        int work = events.drain(event -> handle(event, nowNanos));
        work += asks.expire(nowNanos, this::closeSilentLink);
        if (link != null && !isOpen && nowNanos - openByNanos >= 0) {
            link.close();
            lost("no handshake within " + options.connectTimeout().toMillis() + " ms", nowNanos);
        }
        if (link == null && !isClosed && nowNanos - connectAtNanos >= 0) {
            connect(nowNanos);
            work++;
        }
        return work;
    }

    /** When {@link #doWork} wants to run again even if nobody wakes it. */
    public long nextDeadlineNanos() {
        if (isClosed) {
            return Long.MAX_VALUE;
        }
        long own = link == null ? connectAtNanos : isOpen ? Long.MAX_VALUE : openByNanos;
        return Math.min(own, asks.nextDeadlineNanos());
    }

    /** Ends the conversation; open questions fail. */
    @Override
    public void close() {
        isClosed = true;
        Link now = link;
        link = null;
        isOpen = false;
        if (now != null) {
            now.close();
        }
        asks.failAll();
    }

    private void connect(long nowNanos) {
        openByNanos = nowNanos + options.connectTimeout().toNanos();
        isOpen = false;
        link = network.connect(members.get(member), self, events);
    }

    private void handle(LinkEvents.Event event, long nowNanos) {
        if (event.link() != link) {
            return; // of a link that was given up
        }
        switch (event.kind()) {
            case OPENED -> opened(event, nowNanos);
            case FRAME -> frame(event, nowNanos);
            case CLOSED -> lost(event.reason(), nowNanos);
        }
    }

    private void opened(LinkEvents.Event event, long nowNanos) {
        Hello peer = event.peer();
        if (peer == null || peer.role() != Hello.PLACEMENT) {
            LOG.error("placement.wrong address={} advice=\"this is not a placement driver; check --pd\"", member());
            event.link().close();
            return;
        }
        isOpen = true;
        lastFrameNanos = nowNanos;
        LOG.info("placement.connected address={}", member());
        listener.connected();
    }

    private void frame(LinkEvents.Event event, long nowNanos) {
        lastFrameNanos = nowNanos;
        ControlFrame frame;
        try {
            frame = codec.decode(event.frame());
        } catch (RecordException unreadable) {
            LOG.error("placement.unreadable address={} reason=\"{}\"", member(), unreadable.getMessage());
            event.link().close();
            return;
        }
        backOff.reset();
        FromPlacement record = frame.down();
        if (record == null) {
            LOG.error("placement.confused address={} reason=\"it speaks like a store\"", member());
            event.link().close();
        } else if (frame.call() == 0) {
            listener.pushed(record);
        } else {
            asks.answer(frame.call(), record);
        }
    }

    private void lost(String reason, long nowNanos) {
        boolean wasOpen = isOpen;
        link = null;
        isOpen = false;
        long pause = backOff.next();
        connectAtNanos = nowNanos + pause;
        LOG.info("placement.lost address={} reason=\"{}\" retryMillis={}", member(), reason, pause / 1_000_000);
        member = (member + 1) % members.size();
        asks.failAll();
        if (wasOpen) {
            listener.disconnected(reason);
        }
    }

    /** A question timed out: if nothing at all has come since it was asked, this member is as good as gone. */
    private void closeSilentLink(long askedNanos) {
        Link now = link;
        if (now != null && isOpen && lastFrameNanos - askedNanos < 0) {
            now.close();
        }
    }
}
