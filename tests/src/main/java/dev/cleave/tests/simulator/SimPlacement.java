package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.kv.MemoryDisk;
import dev.cleave.engine.kv.MemoryStore;
import dev.cleave.engine.log.LogOptions;
import dev.cleave.engine.log.SharedLog;
import dev.cleave.engine.log.SimulatedDisk;
import dev.cleave.engine.log.SimulatedSegments;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Network;
import dev.cleave.placement.server.PlacementNode;
import dev.cleave.placement.server.PlacementOptions;
import dev.cleave.placement.server.PlacementParts;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.raft.RaftConfig;
import dev.cleave.region.replica.ReplicaOptions;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The placement driver of a simulated cluster: its disk outlives its processes. */
final class SimPlacement {
    static final Address ADDRESS = new Address("pd", 2379);

    private final World world;
    private final SimNetwork network;
    private final Crashes crashes;
    private final SimulatedDisk logDisk;
    private final MemoryDisk engineDisk = new MemoryDisk();
    private final StoreLedger ledger = new StoreLedger("pd", new Referee(), group -> false);
    private final Moments moments;
    private Runnable died = () -> {};
    private final long dataUuid;
    private long starts;
    private @Nullable Machine machine;
    private @Nullable PlacementNode node;

    SimPlacement(World world, SimNetwork network, Crashes crashes) {
        this.world = world;
        this.network = network;
        this.crashes = crashes;
        this.logDisk = new SimulatedDisk(world.randomness().fork());
        this.moments = new Moments(world.randomness().fork(), () -> {
            kill(world.randomness().below(2) == 0);
            died.run();
        });
        this.dataUuid = world.randomness().nextLong();
    }

    void start() {
        Machine started = new Machine(world, ADDRESS.host());
        machine = started;
        try {
            start(started);
        } catch (Moments.Died dead) {
            Invariant.check(started.isDead(), "who has died is dead");
        }
    }

    private boolean diskFailed(Throwable failure) {
        boolean isOfDisk = Crashes.isOfDisk(failure);
        if (isOfDisk) {
            kill(true);
        }
        return isOfDisk;
    }

    private void start(Machine started) {
        Network net = network.on(started);
        SimAgents agents = new SimAgents(started, crashes.of(started, this::diskFailed));
        MemoryStore engine = MemoryStore.open(engineDisk, started.randomness().fork());
        SharedLog log =
                SharedLog.open(new SimulatedSegments(logDisk, LogOptions.small()), LogOptions.small(), agents, started);
        node = PlacementNode.start(new PlacementParts(
                dataUuid,
                ++starts,
                ADDRESS,
                null,
                net,
                engine,
                new WatchedLog(log, logDisk, ledger, moments, Map::of),
                agents,
                started,
                started.randomness().fork(),
                RaftConfig.defaults(),
                ReplicaOptions.defaults(),
                PlacementOptions.defaults().withStoreAges(Duration.ofSeconds(6), Duration.ofSeconds(60))));
    }

    Moments moments() {
        return moments;
    }

    /** Who hears of a death that came from inside. */
    void onDeath(Runnable listener) {
        died = listener;
    }

    boolean isUp() {
        return machine != null && !machine.isDead();
    }

    Machine machine() {
        return Invariant.present(machine, "the placement driver has been started");
    }

    void kill(boolean isPowerCut) {
        machine().kill();
        network.died(machine());
        engineDisk.crash();
        if (isPowerCut) {
            logDisk.crash();
        }
    }

    void ask(PdRequest request, Consumer<PdReply> answer) {
        Invariant.present(node, "the placement driver has been started").ask(request, answer);
    }
}
