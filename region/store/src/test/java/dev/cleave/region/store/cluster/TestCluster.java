package dev.cleave.region.store.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Value;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.engine.wire.LinkListener;
import dev.cleave.engine.wire.MemoryNetwork;
import dev.cleave.region.control.FromPlacement.Action;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvReply;
import dev.cleave.region.protocol.KvRequest;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.replica.GroupStatus;
import dev.cleave.region.store.StoreOptions;
import dev.cleave.region.store.state.RegionDigest;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/** Some stores, a placement driver that obeys the test, and a client, on one thread and virtual time. */
final class TestCluster {
    private static final long STEP_NANOS = 1_000_000L;

    final VirtualTime time = new VirtualTime();
    final MemoryNetwork network = new MemoryNetwork(time);
    final FakePlacement placement = new FakePlacement(network);
    final Map<Integer, TestStore> stores = new TreeMap<>();
    /** Hosts that are cut off. */
    final Set<String> isolated = new TreeSet<>();

    StoreOptions options = StoreOptions.defaults();
    private final Randomness randomness;
    private final Map<Long, KvReply> replies = new LinkedHashMap<>();
    private final Map<Address, Link> links = new LinkedHashMap<>();
    private long requests;

    TestCluster(long seed) {
        randomness = Randomness.seeded(seed);
    }

    TestStore addStore() {
        int number = stores.size() + 1;
        TestStore store = new TestStore(this, number, randomness.fork());
        stores.put(number, store);
        store.start(options);
        return store;
    }

    /** Cuts a store off from all others and from the placement driver; clients still reach it. */
    void isolate(long store) {
        isolated.add("store" + store);
        stores.values().stream().filter(TestStore::isUp).forEach(each -> each.network.sever());
    }

    void heal(long store) {
        isolated.remove("store" + store);
    }

    /** Orders a change and waits until it is reported. */
    void change(long region, Action.ChangePeers change, String what, java.util.function.Predicate<Region> isDone) {
        until(what, () -> {
            if (isDone.test(region(region))) {
                return true;
            }
            placement.order(region, region(region).epoch(), change);
            run(20);
            return false;
        });
    }

    void remove(long region, Peer peer) {
        change(
                region,
                new Action.ChangePeers(List.of(), List.of(peer)),
                "replica " + peer.replicaId() + " has left",
                now -> now.peer(peer.replicaId()).isEmpty());
    }

    Peer peerOn(long region, long store) {
        return region(region).peerOn(store).orElseThrow();
    }

    /** Hands leadership to a store's replica. */
    void lead(long region, long store) {
        until("store " + store + " leads region " + region, () -> {
            if (view(region).leaderStore() != store) {
                placement.order(
                        region,
                        region(region).epoch(),
                        new Action.TransferLeader(peerOn(region, store).replicaId()));
                run(100);
            }
            return view(region).leaderStore() == store;
        });
    }

    /** Stores 4 and up join. */
    void addStores(int count) {
        for (int i = 0; i < count; i++) {
            addStore();
        }
        until("all registered", () -> placement.stores.size() == stores.size());
        run(4_000);
    }

    GroupStatus status(long store, long region) {
        return stores.get((int) store).node.status().regions().stream()
                .map(each -> each.group())
                .filter(group -> group.group() == region)
                .findFirst()
                .orElse(null);
    }

    /** Three stores, and one region with a voter on each. */
    void threeReplicas() {
        addStore();
        awaitRegion(1);
        addStore();
        addStore();
        until("all registered", () -> placement.stores.size() == 3);
        run(4_000);
        addVoter(1, 2);
        addVoter(1, 3);
    }

    /** Lets virtual time pass until {@code condition} holds. */
    void until(String what, BooleanSupplier condition) {
        until(what, 60_000, condition);
    }

    void until(String what, long millisMax, BooleanSupplier condition) {
        for (long step = 0; step < millisMax; step++) {
            if (condition.getAsBoolean()) {
                return;
            }
            step();
        }
        throw new AssertionError("never: " + what + "; regions " + placement.regions.values());
    }

    void run(long millis) {
        for (long step = 0; step < millis; step++) {
            step();
        }
    }

    private void step() {
        for (int round = 0; round < 1000; round++) {
            int work = time.runDue();
            for (TestStore store : stores.values()) {
                if (store.isUp()) {
                    work += store.agents.runRound(time.nanos());
                    assertThat(store.failures.stream().filter(failure -> !mayFail(failure)))
                            .isEmpty();
                }
            }
            if (work == 0) {
                break;
            }
        }
        time.advance(STEP_NANOS);
    }

    /** A disk that is made to fail ends its agent; the test looks at how. */
    private static boolean mayFail(String failure) {
        return failure.contains("DiskFailure");
    }

    // ---- the placement driver's part

    RegionView view(long region) {
        return placement.region(region);
    }

    Region region(long region) {
        return view(region).region();
    }

    void awaitRegion(long region) {
        until("region " + region + " is led and reported", () -> view(region) != null);
    }

    /** Adds a replica as learner, waits until it has caught up, and makes it a voter. Returns its id. */
    long addVoter(long region, long store) {
        long replica = addLearner(region, store);
        promote(region, replica, store);
        return replica;
    }

    long addLearner(long region, long store) {
        long replica = placement.nextId();
        Peer learner = new Peer(replica, store, PeerRole.LEARNER);
        change(
                region,
                new Action.ChangePeers(List.of(learner), List.of()),
                "learner on store " + store,
                now -> now.peer(replica).isPresent());
        until("learner caught up", () -> !view(region).pendingReplicas().contains(replica) && holds(store, region));
        return replica;
    }

    void promote(long region, long replica, long store) {
        change(
                region,
                new Action.ChangePeers(List.of(new Peer(replica, store, PeerRole.VOTER)), List.of()),
                "voter " + replica,
                now -> now.peer(replica).map(Peer::role).orElseThrow() == PeerRole.VOTER);
    }

    boolean holds(long store, long region) {
        return digest(store, region).isPresent();
    }

    Optional<RegionDigest> digest(long store, long region) {
        return stores.get((int) store).node.digest(region);
    }

    // ---- the client's part

    KvReply ask(long store, Region region, KvCommand command) {
        return ask(store, region, command, 5_000);
    }

    KvReply ask(long store, Region region, KvCommand command, int deadlineMillis) {
        long id = send(store, region, command, deadlineMillis);
        until("an answer to " + command, deadlineMillis + 1_000L, () -> replies.containsKey(id));
        return replies.remove(id);
    }

    long send(long store, Region region, KvCommand command, int deadlineMillis) {
        long id = ++requests;
        Link link = link(new Address("store" + store, 20160));
        link.send(KvCodec.encodeRequest(new KvRequest(id, region.id(), region.epoch(), deadlineMillis, command)));
        return id;
    }

    Optional<KvReply> reply(long request) {
        return Optional.ofNullable(replies.get(request));
    }

    /** Writes to the region that holds the key, as the placement driver knows it, until it is acknowledged. */
    void put(String key, String value) {
        KvCommand put = new KvCommand.Put(Key.utf8(key), Value.utf8(value));
        assertThat(untilDone(key, put)).isInstanceOf(KvResult.Done.class);
    }

    String get(String key) {
        KvResult result = untilDone(key, new KvCommand.Get(Key.utf8(key)));
        Value value = ((KvResult.Found) result).value();
        return value == null ? null : value.toString();
    }

    private KvResult untilDone(String key, KvCommand command) {
        for (int attempt = 0; attempt < 200; attempt++) {
            RegionView view = placement.regions.values().stream()
                    .filter(each -> each.region().range().contains(Key.utf8(key)))
                    .findFirst()
                    .orElse(null);
            if (view != null && stores.get((int) view.leaderStore()).isUp()) {
                KvReply reply = ask(view.leaderStore(), view.region(), command);
                if (reply.result() != null) {
                    return reply.result();
                }
            }
            run(50);
        }
        throw new AssertionError("never done: " + command);
    }

    private Link link(Address to) {
        Link known = links.get(to);
        if (known != null && known.isOpen()) {
            return known;
        }
        boolean[] isOpen = {false};
        Link link = network.connect(to, Hello::client, new LinkListener() {
            @Override
            public void onOpen(Link opened, Hello peer) {
                isOpen[0] = true;
            }

            @Override
            public void onFrame(Link from, ByteBuffer frame) {
                KvReply reply = KvCodec.decodeReply(frame);
                replies.put(reply.requestId(), reply);
            }

            @Override
            public void onClose(Link closed, String reason) {}
        });
        links.put(to, link);
        until("a link to " + to, () -> isOpen[0]);
        return link;
    }
}
