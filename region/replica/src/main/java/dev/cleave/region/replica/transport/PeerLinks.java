package dev.cleave.region.replica.transport;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.engine.wire.LinkListener;
import dev.cleave.engine.wire.Network;
import dev.cleave.region.replica.ReplicaCounts;
import dev.cleave.region.replica.ReplicaCounts.Dropped;
import dev.cleave.region.replica.StoreDirectory;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outgoing link to each other store, dialled when there is something to send, again after a pause if it fails. What cannot be
 * sent now is dropped: raft repeats it.
 */
@OwnedBy("replica agent")
public final class PeerLinks {
    private static final Logger LOG = LoggerFactory.getLogger(PeerLinks.class);
    private static final long REDIAL_NANOS = 200_000_000L;
    private static final long REDIAL_NANOS_MAX = 2_000_000_000L;

    private final Network network;
    private final StoreDirectory directory;
    private final Supplier<Hello> self;
    private final Clock clock;
    private final Events events;
    private final ReplicaCounts counts;
    private final Map<Long, Peer> peers = new TreeMap<>();
    private boolean isClosed;

    public PeerLinks(
            Network network,
            StoreDirectory directory,
            Supplier<Hello> self,
            Clock clock,
            Events events,
            ReplicaCounts counts) {
        this.network = network;
        this.directory = directory;
        this.self = self;
        this.clock = clock;
        this.events = events;
        this.counts = counts;
    }

    /** Sends {@code frame} if a link to the store is open, else starts to open one. Returns whether it was taken. */
    public boolean send(long store, ByteBuffer frame) {
        Peer peer = peers.computeIfAbsent(store, Peer::new);
        // Also what is dropped here has a number: the other side shall notice.
        RaftFrame.number(frame, ++peer.frames);
        Link link = peer.link;
        if (link != null && peer.isOpen) {
            return sent(link, frame);
        }
        if (link == null && !isClosed) {
            dial(peer);
        }
        // Not open yet. A few frames wait for it, so that the first exchange of two stores does not cost a round of
        // timeouts.
        if (peer.waitingBytes + frame.remaining() <= Peer.WAITING_BYTES_MAX) {
            peer.waiting.add(frame);
            peer.waitingBytes += frame.remaining();
            return true;
        }
        counts.dropped(Dropped.UNREACHABLE, RaftFrame.messages(frame));
        return false;
    }

    private boolean sent(Link link, ByteBuffer frame) {
        boolean isSent = link.send(frame);
        if (!isSent) {
            counts.dropped(Dropped.LINK_FULL, RaftFrame.messages(frame));
        }
        return isSent;
    }

    private void dial(Peer peer) {
        long now = clock.nanos();
        Address address = directory.addressOf(peer.store);
        if (address == null || now < peer.redialNanos) {
            return;
        }
        peer.link = network.connect(address, self, new LinkListener() {
            @Override
            public void onOpen(Link link, Hello hello) {
                events.opened(peer.store, link, hello);
            }

            @Override
            public void onFrame(Link link, ByteBuffer frame) {
                events.frame(peer.store, frame);
            }

            @Override
            public void onClose(Link link, String reason) {
                events.closed(peer.store, link, reason);
            }
        });
    }

    /** The owner passes on {@link Events#opened}. */
    public void opened(long store, Link link, Hello hello) {
        Peer peer = peers.computeIfAbsent(store, Peer::new);
        if (hello.nodeId() != store || hello.role() != Hello.STORE) {
            LOG.warn(
                    "event=wrong-peer expected-store={} answered-as={} address={}",
                    store,
                    hello.nodeId(),
                    link.remote());
            link.close();
            return;
        }
        peer.link = link;
        peer.isOpen = true;
        peer.pauseNanos = REDIAL_NANOS;
        peer.waiting.forEach(frame -> sent(link, frame));
        peer.forgetWaiting();
    }

    /** The owner passes on {@link Events#closed}. */
    public void closed(long store, Link link, String reason) {
        Peer peer = peers.computeIfAbsent(store, Peer::new);
        if (peer.link != null && !peer.link.equals(link)) {
            return;
        }
        LOG.debug("event=link-closed store={} reason={}", store, reason);
        peer.link = null;
        peer.isOpen = false;
        peer.waiting.forEach(frame -> counts.dropped(Dropped.UNREACHABLE, RaftFrame.messages(frame)));
        peer.forgetWaiting();
        peer.redialNanos = clock.nanos() + peer.pauseNanos;
        peer.pauseNanos = Math.min(peer.pauseNanos * 2, REDIAL_NANOS_MAX);
    }

    public void close() {
        isClosed = true;
        for (Peer peer : peers.values()) {
            if (peer.link != null) {
                peer.link.close();
            }
        }
    }

    /** What happens on links, told on the network's threads; the owner brings it to its agent. */
    public interface Events {
        void opened(long store, Link link, Hello hello);

        void frame(long store, ByteBuffer frame);

        void closed(long store, Link link, String reason);
    }

    /** One other store. */
    private static final class Peer {
        static final int WAITING_BYTES_MAX = 256 << 10;

        final long store;

        @Nullable
        Link link;

        boolean isOpen;
        int frames;
        long redialNanos = Long.MIN_VALUE;
        long pauseNanos = REDIAL_NANOS;
        final java.util.List<ByteBuffer> waiting = new java.util.ArrayList<>();
        int waitingBytes;

        Peer(long store) {
            this.store = store;
        }

        void forgetWaiting() {
            waiting.clear();
            waitingBytes = 0;
        }
    }
}
