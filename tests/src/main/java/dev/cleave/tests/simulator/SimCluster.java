package dev.cleave.tests.simulator;

import dev.cleave.region.protocol.FrameKind;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.replica.GroupStatus;
import dev.cleave.region.replica.transport.RaftFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A placement driver, stores and clients on one simulated world. The invariants are looked at as it runs. */
public final class SimCluster {
    private static final long LOOK_NANOS = 20_000_000L;

    private final World world;
    private final SimNetwork network;
    private final SimPlacement placement;
    private final List<SimStore> stores = new ArrayList<>();
    private final SimClients clients;
    private final Referee referee = new Referee();
    private final Watch watch = new Watch(referee);
    private final LeaseWatch leases = new LeaseWatch(stores, referee);
    private final Sights sights = new Sights(stores, referee);
    private final Orders orders;
    private final Variety variety;
    private final RaftFrame.Cursor cursor = new RaftFrame.Cursor();
    private long groupMessages;
    private List<RegionView> seenRegions = List.of();
    private Consumer<SimStore> newLeader = store -> {};
    private long lastLookNanos;
    private long closeLookNanos = Long.MAX_VALUE;

    /** The cluster that {@code seed} stands for, which also chooses its sizes. */
    SimCluster(long seed) {
        this(new World(seed), null);
    }

    /** A cluster of {@code storeCount} stores with plain sizes. */
    SimCluster(long seed, int storeCount) {
        this(new World(seed), Variety.plain(storeCount));
    }

    SimCluster(long seed, Variety variety) {
        this(new World(seed), variety);
    }

    private SimCluster(World world, @Nullable Variety given) {
        this.world = world;
        variety = given == null ? Variety.of(world.randomness().fork()) : given;
        network = new SimNetwork(world);
        orders = new Orders(network);
        Crashes crashes = new Crashes();
        placement = new SimPlacement(world, network, crashes);
        for (int number = 1; number <= variety.stores(); number++) {
            stores.add(new SimStore(world, network, crashes, referee, variety, number));
        }
        clients = new SimClients(world, network, variety.valueBytes(), variety.thinkMillis(), referee::count);
        network.onSend(this::sent);
        network.onRare(referee::count);
        referee.lookBy(() -> stores.stream()
                .filter(SimStore::isUp)
                .forEach(store ->
                        store.statuses().forEach(status -> referee.sees(status.group(), status.membership()))));
    }

    /** Every raft message is shown to the ledger of the store that sends it; leases are looked at whenever a client is answered. */
    private void sent(String host, ByteBuffer frame) {
        if (frame.get(frame.position()) == FrameKind.KV_REPLY) {
            leases.look();
        }
        if (host.equals(SimPlacement.ADDRESS.host())) {
            orders.hears(frame);
        }
        if (frame.get(frame.position()) != FrameKind.RAFT || !host.startsWith("store")) {
            return;
        }
        SimStore store = stores.get(Integer.parseInt(host.substring("store".length())) - 1);
        cursor.open(frame);
        boolean hasNewLeader = false;
        while (cursor.next()) {
            if (!cursor.isBeat()) {
                groupMessages++;
            }
            if (!cursor.isBeat() && !cursor.isGone()) {
                if (store.ledger().sends(cursor.group(), cursor.message())) {
                    hasNewLeader = true;
                    leases.begins(store, cursor.group(), cursor.message().term);
                    store.speech().beginsToLead(cursor.group(), cursor.message());
                }
                store.speech().says(cursor.group(), cursor.message());
            }
        }
        if (hasNewLeader) {
            newLeader.accept(store);
        }
    }

    /** Messages between replicas so far: whatever stores say to each other but their beats. */
    long groupMessages() {
        return groupMessages;
    }

    /** Who hears that a store leads a region in a new term. */
    void onNewLeader(Consumer<SimStore> listener) {
        newLeader = listener;
    }

    Referee referee() {
        return referee;
    }

    Variety variety() {
        return variety;
    }

    public World world() {
        return world;
    }

    SimNetwork network() {
        return network;
    }

    SimPlacement placement() {
        return placement;
    }

    List<SimStore> stores() {
        return stores;
    }

    Orders orders() {
        return orders;
    }

    /** The store that leads a region, in the newest term if several think so; null if none does. */
    @Nullable
    SimStore leaderOf(long region) {
        SimStore leader = null;
        long term = 0;
        for (SimStore store : stores) {
            for (GroupStatus status : store.isUp() ? store.statuses() : List.<GroupStatus>of()) {
                if (status.group() == region && status.isLeader() && status.term() > term) {
                    leader = store;
                    term = status.term();
                }
            }
        }
        return leader;
    }

    SimClients clients() {
        return clients;
    }

    Watch watch() {
        return watch;
    }

    /** From {@code nanos} on the invariants are looked at after each event. */
    void lookCloselyFrom(long nanos) {
        closeLookNanos = nanos;
    }

    /** When the invariants were looked at and held. */
    long lastLookNanos() {
        return lastLookNanos;
    }

    /** Runs events for {@code nanos}, looking at the invariants every now and then. */
    void runFor(long nanos) {
        long end = world.nanos() + nanos;
        while (world.nanos() < end) {
            long until = Math.min(world.nanos() + LOOK_NANOS, end);
            if (until >= closeLookNanos) {
                runClosely(until);
            } else {
                world.runUntil(until);
            }
            look();
        }
    }

    private void runClosely(long endNanos) {
        while (world.stepUntil(endNanos)) {
            look();
        }
        world.runUntil(endNanos);
    }

    /** Runs until {@code isTrue}; a violation if that takes more than {@code limitNanos}. */
    void runUntil(String what, long limitNanos, BooleanSupplier isTrue) {
        long end = world.nanos() + limitNanos;
        while (!isTrue.getAsBoolean()) {
            if (world.nanos() >= end) {
                throw new Violation(
                        "after " + limitNanos / 1_000_000 + " ms still not so: " + what + "; " + describe());
            }
            runFor(LOOK_NANOS);
        }
    }

    private void look() {
        for (SimStore store : stores) {
            if (store.isUp()) {
                watch.look(store.number(), store.statuses(), store.ledger());
            }
        }
        leases.look();
        sights.look();
        lastLookNanos = world.nanos();
    }

    /** What PD knows of the regions; renewed by {@link #askRegions}. */
    List<RegionView> seenRegions() {
        return seenRegions;
    }

    void askRegions() {
        ask(new PdRequest.ListRegions(0), reply -> {
            if (reply instanceof PdReply.Regions regions) {
                seenRegions = regions.regions();
                noOverlap();
            }
        });
    }

    /** What PD says never gives one key to two regions. A gap may show for a moment: a parent tells of its split before the child does. */
    private void noOverlap() {
        for (int i = 0; i < seenRegions.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (seenRegions
                        .get(i)
                        .region()
                        .range()
                        .overlaps(seenRegions.get(j).region().range())) {
                    throw new Violation(
                            "PD lists regions that overlap: " + seenRegions.get(i) + " and " + seenRegions.get(j));
                }
            }
        }
    }

    void ask(PdRequest request, Consumer<PdReply> answer) {
        if (placement.isUp()) {
            placement.ask(request, answer);
        }
    }

    String describe() {
        StringBuilder text = new StringBuilder();
        seenRegions.forEach(view -> text.append("\n  pd: ").append(view));
        for (SimStore store : stores) {
            text.append("\n  store ").append(store.number()).append(store.isUp() ? " up" : " down");
            if (store.isUp()) {
                text.append(' ').append(store.load());
                store.statuses().forEach(status -> text.append("\n    ").append(status));
            }
        }
        return text.toString();
    }
}
