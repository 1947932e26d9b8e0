package dev.cleave.region.store.snapshot;

import dev.cleave.engine.agents.Inbox;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.wire.Link;
import dev.cleave.region.protocol.MalformedFrame;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.replica.ReplicaHost;
import dev.cleave.region.store.lifecycle.Life;
import dev.cleave.region.store.lifecycle.LifecycleMark;
import dev.cleave.region.store.lifecycle.Ranges;
import dev.cleave.region.store.lifecycle.ReplicaLives;
import dev.cleave.region.store.lifecycle.StorageDuty;
import dev.cleave.region.store.state.Memberships;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes in snapshots from other stores, a few at once, and hands each to its replica's group when it is whole. */
@OwnedBy("storage agent")
public final class SnapshotReceiver implements StorageDuty {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotReceiver.class);
    private static final int EVENTS_MAX = 8_192;
    private static final int EVENTS_PER_TURN = 64;
    private static final long WATCH_NANOS = 500_000_000L;

    private final SnapshotOptions options;
    private final int markBytesMax;
    private final SnapshotFiles files;
    private final ReplicaLives lives;
    private final Ranges ranges;
    private final BooleanSupplier isDiskFull;
    private final Supplier<ReplicaHost> host;
    private final Inbox<Event> inbox = new Inbox<>(EVENTS_MAX);
    private final Map<Link, Receiving> receivings = new LinkedHashMap<>();
    private long transfers;
    private long turnNanos;
    private final LongAdder receivedBytes = new LongAdder();
    private volatile int active;
    /** Bytes of frames that wait in the inbox: a sender that ignores the window must not eat the heap. */
    private final AtomicLong queuedBytes = new AtomicLong();

    @FunctionalInterface
    private interface Event {
        void run(long nowNanos);
    }

    /**
     * @param markBytesMax what the log takes as a lifecycle mark
     */
    public SnapshotReceiver(
            SnapshotOptions options,
            int markBytesMax,
            SnapshotFiles files,
            ReplicaLives lives,
            Ranges ranges,
            BooleanSupplier isDiskFull,
            Supplier<ReplicaHost> host) {
        this.options = options;
        this.markBytesMax = markBytesMax;
        this.files = files;
        this.lives = lives;
        this.ranges = ranges;
        this.isDiskFull = isDiskFull;
        this.host = host;
    }

    public Inbox<?> inbox() {
        return inbox;
    }

    /** Bytes of data received so far. Any thread. */
    public long receivedBytes() {
        return receivedBytes.sum();
    }

    /** Transfers under way. Any thread. */
    public int active() {
        return active;
    }

    /** A frame has come on a snapshot link. Network's thread. */
    public void onFrame(Link link, ByteBuffer frame) {
        int bytes = frame.remaining();
        boolean isTaken = queuedBytes.addAndGet(bytes) <= queuedBytesMax()
                && inbox.offer(now -> {
                    queuedBytes.addAndGet(-bytes);
                    take(link, frame, now);
                });
        if (!isTaken) {
            queuedBytes.addAndGet(-bytes);
            link.close();
        }
    }

    private long queuedBytesMax() {
        return (options.receivingMax() + 1L) * options.windowBytes() + (1 << 20);
    }

    /** A snapshot link is gone. Network's thread. */
    public void onClose(Link link) {
        // If there is no room for this, silence ends the transfer.
        inbox.offer(now -> abandon(link, "the link closed"));
    }

    @Override
    public int doWork(long nowNanos) {
        turnNanos = nowNanos;
        int work = inbox.drain(event -> event.run(nowNanos), EVENTS_PER_TURN);
        for (Map.Entry<Link, Receiving> each : List.copyOf(receivings.entrySet())) {
            if (each.getValue().isSilent(nowNanos, options.silenceNanos())) {
                refuse(each.getKey(), "no progress");
                work++;
            }
        }
        return work;
    }

    private void take(Link link, ByteBuffer bytes, long nowNanos) {
        try {
            SnapshotFrame frame = SnapshotFrame.decode(bytes);
            Receiving receiving = receivings.get(link);
            if (frame instanceof SnapshotFrame.Offer offer && receiving == null) {
                begin(link, offer, nowNanos);
            } else if (frame instanceof SnapshotFrame.Chunk && receiving != null && !isAwaited(receiving.offer())) {
                // Its files have been swept with it.
                refuse(link, "its replica has ended");
            } else if (frame instanceof SnapshotFrame.Chunk chunk && receiving != null) {
                receivedBytes.add(chunk.bytes().remaining());
                receiving.take(chunk, nowNanos);
                link.send(SnapshotFrame.encodeAck(receiving.bytes()));
                finishIfWhole(link, receiving);
            } else {
                link.close();
            }
        } catch (MalformedFrame | TransferFailed failed) {
            refuse(link, String.valueOf(failed.getMessage()));
        }
    }

    private void begin(Link link, SnapshotFrame.Offer offer, long nowNanos) {
        Region region = offer.content().region();
        if (receivings.size() >= options.receivingMax()) {
            link.send(SnapshotFrame.encodeBusy());
            return;
        }
        Optional<String> problem = problem(offer);
        if (problem.isPresent()) {
            LOG.info(
                    "event=snapshot-refused region={} replica={} index={} reason=\"{}\"",
                    region.id(),
                    offer.toReplica(),
                    offer.content().index(),
                    problem.get());
            link.send(SnapshotFrame.encodeRefuse(problem.get()));
            return;
        }
        String prefix = SnapshotFiles.received(
                region.id(), offer.toReplica(), offer.content().index(), ++transfers);
        files.drop(prefix);
        Receiving receiving = new Receiving(offer, offer.content().renamed(prefix), files.files(), nowNanos);
        receivings.put(link, receiving);
        receivedBytes.add(offer.content().bytes() - offer.content().fileBytes());
        active = receivings.size();
        link.send(SnapshotFrame.encodeAccept());
        finishIfWhole(link, receiving);
    }

    private Optional<String> problem(SnapshotFrame.Offer offer) {
        Region region = offer.content().region();
        if (!isAwaited(offer)) {
            return Optional.of(
                    "replica " + offer.toReplica() + " of region " + region.id() + " does not wait here for one");
        }
        if (region.peer(offer.toReplica()).isEmpty()) {
            return Optional.of("the snapshot's region does not know the replica it is for");
        }
        if (LifecycleMark.bytes(offer.content()) > markBytesMax) {
            return Optional.of("it does not fit this store's log; send it in files");
        }
        if (isDiskFull.getAsBoolean()) {
            return Optional.of("the disk is full");
        }
        return ranges.reserve(region.id(), offer.toReplica(), region.range());
    }

    private boolean isAwaited(SnapshotFrame.Offer offer) {
        long region = offer.content().region().id();
        return lives.is(region, offer.toReplica(), Life.UNINITIALIZED)
                || lives.is(region, offer.toReplica(), Life.INITIALIZED);
    }

    private void finishIfWhole(Link link, Receiving receiving) {
        if (!receiving.isWhole()) {
            return;
        }
        receivings.remove(link);
        active = receivings.size();
        SnapshotFrame.Offer offer = receiving.offer();
        SnapshotContent content = receiving.content();
        LOG.info(
                "event=snapshot-arrived region={} replica={} index={} bytes={}",
                content.region().id(),
                offer.toReplica(),
                content.index(),
                content.bytes());
        host.get()
                .snapshotArrived(
                        content.region().id(),
                        offer.toReplica(),
                        offer.fromReplica(),
                        offer.term(),
                        content.index(),
                        content.term(),
                        Memberships.of(content.region()),
                        content.region().epoch(),
                        new ArrivedSnapshot(offer.toReplica(), content));
        link.send(SnapshotFrame.encodeDone());
    }

    private void refuse(Link link, String reason) {
        link.send(SnapshotFrame.encodeRefuse(reason));
        abandon(link, reason);
    }

    private void abandon(Link link, String reason) {
        Receiving receiving = receivings.remove(link);
        if (receiving != null) {
            active = receivings.size();
            LOG.info(
                    "event=snapshot-abandoned region={} index={} reason=\"{}\"",
                    receiving.content().region().id(),
                    receiving.content().index(),
                    reason);
            ranges.release(receiving.content().region().id(), receiving.offer().toReplica());
            files.drop(receiving.content());
        }
    }

    @Override
    public long nextDeadlineNanos() {
        return receivings.isEmpty() ? Long.MAX_VALUE : turnNanos + WATCH_NANOS;
    }
}
