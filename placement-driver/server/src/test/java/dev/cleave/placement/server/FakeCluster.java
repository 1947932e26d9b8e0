package dev.cleave.placement.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.agents.ManualAgentHost;
import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Timers;
import dev.cleave.engine.kv.MemoryDisk;
import dev.cleave.engine.kv.MemoryStore;
import dev.cleave.engine.log.LogOptions;
import dev.cleave.engine.log.SharedLog;
import dev.cleave.engine.log.SimulatedDisk;
import dev.cleave.engine.log.SimulatedSegments;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.MemoryNetwork;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.raft.RaftConfig;
import dev.cleave.region.replica.ReplicaOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A real placement driver and fake stores in one thread on manual time. */
final class FakeCluster {
    static final long MILLI = 1_000_000L;
    static final Address PD = new Address("pd", 2379);

    final FakeRegions regions = new FakeRegions();
    final List<FakeStore> stores = new ArrayList<>();
    private final PlacementOptions options;
    private final Randomness random;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final MemoryNetwork network;
    private final SimulatedDisk logDisk;
    private final MemoryDisk engineDisk = new MemoryDisk();
    private final ManualClock clock = new ManualClock();
    private ManualAgentHost agents;
    private MemoryNetwork pdNetwork;
    private PlacementNode node;
    private long starts;
    private long lastTruth;

    private static final class ManualClock implements Clock {
        long nanos = 1_000 * MILLI;

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public long wallMillis() {
            return nanos / MILLI;
        }
    }

    private final Timers timers = new Timers() {
        @Override
        public Cancellable schedule(long delayNanos, Runnable task) {
            throw new UnsupportedOperationException("the memory network does not wait");
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }
    };

    FakeCluster(long seed, PlacementOptions options) {
        this.options = options;
        this.random = Randomness.seeded(seed);
        this.network = new MemoryNetwork(timers);
        this.logDisk = new SimulatedDisk(random.fork());
        startPd();
    }

    void startPd() {
        agents = new ManualAgentHost((role, failure) -> {
            throw new AssertionError("agent " + role + " failed", failure);
        });
        pdNetwork = network.sibling(timers);
        SharedLog log =
                SharedLog.open(new SimulatedSegments(logDisk, LogOptions.small()), LogOptions.small(), agents, clock);
        node = PlacementNode.start(new PlacementParts(
                77,
                ++starts,
                PD,
                null,
                pdNetwork,
                MemoryStore.open(engineDisk, random.fork()),
                log,
                agents,
                clock,
                random.fork(),
                RaftConfig.defaults(),
                ReplicaOptions.defaults(),
                options));
    }

    /** Power cut: what was not durable is gone. */
    void crashPd() {
        agents.crash();
        pdNetwork.close();
        engineDisk.crash();
        logDisk.crash();
        drainTasks();
    }

    /** A network for one more participant. */
    MemoryNetwork network() {
        return network;
    }

    Randomness random() {
        return random;
    }

    PlacementNode pd() {
        return node;
    }

    FakeStore addStore(String host, long dataUuid) {
        FakeStore store = new FakeStore(host, dataUuid, regions, network, PD, clock, random.fork());
        stores.add(store);
        return store;
    }

    FakeStore store(long id) {
        return stores.stream().filter(store -> store.storeId == id).findFirst().orElseThrow();
    }

    /** Three stores with one region on all of them. */
    void settle(int count) {
        for (int i = 0; i < count; i++) {
            addStore("s" + (stores.size() + 1), 100 + stores.size());
        }
        runUntil("stores registered", 20_000, () -> stores.stream().allMatch(store -> store.storeId != 0));
        int wanted = Math.min(count, options.replicasMax());
        runUntil(
                "regions have " + wanted + " voters",
                60_000,
                () -> regions.all().stream()
                        .allMatch(view -> !view.region().isJoint()
                                && view.pendingReplicas().isEmpty()
                                && view.region().peers().stream()
                                                .filter(peer -> peer.isVoter())
                                                .count()
                                        == wanted));
        runUntil("no operator runs", 10_000, () -> node.catalog().running().isEmpty());
    }

    void run(long millis) {
        long end = clock.nanos + millis * MILLI;
        while (clock.nanos < end) {
            step();
        }
    }

    void runUntil(String what, long millisMax, BooleanSupplier isTrue) {
        long end = clock.nanos + millisMax * MILLI;
        while (!isTrue.getAsBoolean()) {
            assertThat(clock.nanos)
                    .as("still waiting: " + what + "; " + regions.all())
                    .isLessThan(end);
            step();
        }
    }

    PdReply ask(PdRequest request) {
        List<PdReply> replies = new ArrayList<>();
        node.ask(request, replies::add);
        runUntil("an answer to " + request, 10_000, () -> !replies.isEmpty());
        return replies.get(0);
    }

    /** Waits for the operator's end. */
    OperatorView ended(long operatorId) {
        runUntil(
                "operator " + operatorId + " ends",
                700_000,
                () -> node.catalog().ended().containsKey(operatorId));
        return ((PdReply.Operators) ask(new PdRequest.ListOperators(operatorId)))
                .operators()
                .get(0);
    }

    long accepted(PdRequest request) {
        PdReply reply = ask(request);
        assertThat(reply).isInstanceOf(PdReply.Accepted.class);
        return ((PdReply.Accepted) reply).operatorId();
    }

    private void step() {
        clock.nanos += 10 * MILLI;
        if (clock.nanos - lastTruth >= 50 * MILLI) {
            lastTruth = clock.nanos;
            regions.tick();
        }
        for (int round = 0; round < 4; round++) {
            stores.forEach(store -> store.turn(clock.nanos));
            drainTasks();
            agents.runRound(clock.nanos);
            drainTasks();
        }
    }

    private void drainTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }
}
