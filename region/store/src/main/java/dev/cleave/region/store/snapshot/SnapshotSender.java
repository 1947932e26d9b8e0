package dev.cleave.region.store.snapshot;

import dev.cleave.engine.agents.Inbox;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.engine.wire.LinkListener;
import dev.cleave.engine.wire.Network;
import dev.cleave.region.protocol.MalformedFrame;
import dev.cleave.region.replica.ReplicaHost;
import dev.cleave.region.replica.StoreDirectory;
import dev.cleave.region.store.lifecycle.StorageDuty;
import dev.cleave.region.store.lifecycle.StoreState;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.PublishedRegions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the snapshots that Raft asks for and sends them, a few at once. Whatever goes wrong is told to Raft, which asks again. */
@OwnedBy("storage agent")
public final class SnapshotSender implements StorageDuty {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotSender.class);
    private static final int EVENTS_MAX = 8_192;
    private static final int EVENTS_PER_TURN = 256;
    private static final long PUMP_NANOS = 2_000_000L;
    private static final String STOPPING = "the store is stopping";
    private static final long WATCH_NANOS = 500_000_000L;

    private final SnapshotOptions options;
    private final int markBytesMax;
    private final SnapshotCut cut;
    private final SnapshotFiles files;
    private final YoungRegions young;
    private final PublishedRegions published;
    private final StoreDirectory directory;
    private final Network network;
    private final Supplier<Hello> self;
    private final Supplier<ReplicaHost> host;
    private final RateLimit rate;
    private final SendingQueue queue;
    private final Inbox<Event> inbox = new Inbox<>(EVENTS_MAX);
    private final Map<Order, Cutting> cuttings = new LinkedHashMap<>();
    private final Map<Target, Sending> sendings = new LinkedHashMap<>();
    private long transfers;
    private long turnNanos;
    private final LongAdder sentBytes = new LongAdder();
    private volatile int active;

    /** Whom a snapshot is for. */
    record Target(long region, long toReplica) {}

    /** What Raft has asked for, and when it did. */
    private record Order(Target target, long toStore, Address address, long term) {}

    @FunctionalInterface
    private interface Event {
        void run(long nowNanos);
    }

    /**
     * @param markBytesMax what the log takes as a lifecycle mark
     */
    public SnapshotSender(
            SnapshotOptions options,
            int markBytesMax,
            StoreState state,
            SnapshotFiles files,
            YoungRegions young,
            StoreDirectory directory,
            Network network,
            Supplier<Hello> self,
            Supplier<ReplicaHost> host) {
        this.options = options;
        this.markBytesMax = markBytesMax;
        this.cut = new SnapshotCut(state.engine(), state.states(), state.turn());
        this.files = files;
        this.young = young;
        this.published = state.published();
        this.directory = directory;
        this.network = network;
        this.self = self;
        this.host = host;
        this.rate = new RateLimit(options.bytesPerSecond());
        this.queue = new SendingQueue(options.sendingMax());
    }

    public Inbox<?> inbox() {
        return inbox;
    }

    /** Transfers under way. Any thread. */
    public int active() {
        return active;
    }

    /** Bytes of data sent so far. Any thread. */
    public long sentBytes() {
        return sentBytes.sum();
    }

    /** Raft wants a snapshot sent. Any thread. */
    public void wanted(long region, long toReplica, long toStore, long term) {
        if (!inbox.offer(now -> start(new Target(region, toReplica), toStore, term, now))) {
            host.get().snapshotSent(region, toReplica, false, 0);
        }
    }

    @Override
    public int doWork(long nowNanos) {
        turnNanos = nowNanos;
        int work = inbox.drain(event -> event.run(nowNanos), EVENTS_PER_TURN);
        for (Target target : List.copyOf(sendings.keySet())) {
            Sending sending = sendings.get(target);
            if (sending != null) {
                work += pump(target, sending, nowNanos);
            }
        }
        // After those on their way: what is begun must not hold up what could end.
        for (Map.Entry<Order, Cutting> each : List.copyOf(cuttings.entrySet())) {
            work += cut(each.getKey(), each.getValue(), nowNanos);
        }
        return work;
    }

    private int pump(Target target, Sending sending, long nowNanos) {
        long before = sending.sentBytes();
        try {
            return sending.pump(rate, nowNanos);
        } catch (TransferFailed failed) {
            end(target, sending, false, String.valueOf(failed.getMessage()));
            return 1;
        } finally {
            sentBytes.add(sending.sentBytes() - before);
        }
    }

    private void start(Target target, long toStore, long term, long nowNanos) {
        if (isUnderWay(target)) {
            return; // Its end will be told.
        }
        Address address = directory.addressOf(toStore);
        LocalRegion local = published.byId(target.region());
        boolean isSlow = young.isMerelySlow(target.region(), target.toReplica(), nowNanos);
        if (local == null
                || local.region().peer(target.toReplica()).isEmpty()
                || address == null
                || isSlow
                || !queue.mayBegin(target, active, nowNanos)) {
            LOG.debug(
                    "event=snapshot-later region={} to-replica={} young={}",
                    target.region(),
                    target.toReplica(),
                    isSlow);
            host.get().snapshotSent(target.region(), target.toReplica(), false, 0);
            return;
        }
        Optional<Cutting> begun = cut.begin(target.region(), SnapshotFiles.toSend(++transfers), options, markBytesMax);
        begun.ifPresentOrElse(
                cutting -> cuttings.put(new Order(target, toStore, address, term), cutting),
                () -> host.get().snapshotSent(target.region(), target.toReplica(), false, 0));
        count();
    }

    private boolean isUnderWay(Target target) {
        return sendings.containsKey(target)
                || cuttings.keySet().stream().anyMatch(order -> order.target().equals(target));
    }

    private void count() {
        active = cuttings.size() + sendings.size();
    }

    /** Goes on with writing a snapshot, and offers it once it is complete. */
    private int cut(Order order, Cutting cutting, long nowNanos) {
        LocalRegion now = published.byId(order.target().region());
        if (now == null || !cutting.isStill(now)) {
            abandon(order, cutting, "the region has changed");
            return 1;
        }
        if (now.region().peer(order.target().toReplica()).isEmpty()) {
            abandon(order, cutting, "the replica has been taken out");
            return 1;
        }
        int steps = cutting.pump(rate, nowNanos);
        Optional<SnapshotContent> content = cutting.content();
        if (content.isPresent()) {
            cuttings.remove(order);
            cutting.close();
            offer(order, cutting.replicaId(), content.get(), nowNanos);
        }
        return steps;
    }

    private void abandon(Order order, Cutting cutting, String reason) {
        cuttings.remove(order);
        cutting.close();
        files.drop(cutting.prefix());
        count();
        Target target = order.target();
        LOG.info(
                "event=snapshot-not-cut region={} to-replica={} reason=\"{}\"",
                target.region(),
                target.toReplica(),
                reason);
        host.get().snapshotSent(target.region(), target.toReplica(), false, 0);
    }

    private void offer(Order order, long fromReplica, SnapshotContent content, long nowNanos) {
        Target target = order.target();
        LOG.info(
                "event=snapshot-sends region={} to-replica={} to-store={} index={} bytes={}",
                target.region(),
                target.toReplica(),
                order.toStore(),
                content.index(),
                content.bytes());
        SnapshotFrame.Offer offer = new SnapshotFrame.Offer(target.toReplica(), fromReplica, order.term(), content);
        Sending sending = new Sending(offer, options, files.files(), nowNanos);
        sendings.put(target, sending);
        count();
        sending.dialled(network.connect(order.address(), self, new Listener(target, sending)));
    }

    private void end(Target target, Sending sending, boolean isOk, String reason) {
        if (!sendings.remove(target, sending)) {
            return;
        }
        count();
        sending.end();
        files.drop(sending.offer().content());
        long index = sending.offer().content().index();
        LOG.info(
                "event=snapshot-sent region={} to-replica={} index={} ok={} reason=\"{}\"",
                target.region(),
                target.toReplica(),
                index,
                isOk,
                reason);
        host.get().snapshotSent(target.region(), target.toReplica(), isOk, index);
    }

    @Override
    public long nextDeadlineNanos() {
        long wait = cuttings.isEmpty() ? Long.MAX_VALUE : PUMP_NANOS;
        for (Sending sending : sendings.values()) {
            wait = Math.min(wait, sending.wantsToPump() ? PUMP_NANOS : WATCH_NANOS);
        }
        return wait == Long.MAX_VALUE ? wait : turnNanos + wait;
    }

    @Override
    public void close() {
        List.copyOf(cuttings.entrySet()).forEach(each -> abandon(each.getKey(), each.getValue(), STOPPING));
        new ArrayList<>(sendings.entrySet()).forEach(each -> end(each.getKey(), each.getValue(), false, STOPPING));
    }

    /** Brings what happens on a transfer's link to the storage agent. */
    private final class Listener implements LinkListener {
        private final Target target;
        private final Sending sending;

        Listener(Target target, Sending sending) {
            this.target = target;
            this.sending = sending;
        }

        private void post(Link link, Event event) {
            if (!inbox.offer(event)) {
                link.close();
            }
        }

        @Override
        public void onOpen(Link link, Hello peer) {
            post(link, now -> {
                sentBytes.add(sending.opened(link, now));
            });
        }

        @Override
        public void onFrame(Link link, ByteBuffer frame) {
            post(link, now -> heard(frame, now));
        }

        private void heard(ByteBuffer frame, long now) {
            try {
                if (sending.heard(SnapshotFrame.decode(frame), now)) {
                    end(target, sending, true, "");
                }
            } catch (TransferFailed | MalformedFrame failed) {
                end(target, sending, false, String.valueOf(failed.getMessage()));
            }
        }

        @Override
        public void onClose(Link link, String reason) {
            // If there is no room for this, silence ends the transfer.
            post(link, now -> end(target, sending, false, "link closed: " + reason));
        }
    }
}
