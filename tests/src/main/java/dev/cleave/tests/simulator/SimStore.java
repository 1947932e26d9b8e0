package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.kv.MemoryDisk;
import dev.cleave.engine.kv.MemoryStore;
import dev.cleave.engine.log.LogOptions;
import dev.cleave.engine.log.SharedLog;
import dev.cleave.engine.log.SimulatedDisk;
import dev.cleave.engine.log.SimulatedSegments;
import dev.cleave.engine.wire.Address;
import dev.cleave.region.replica.GroupStatus;
import dev.cleave.region.replica.ReplicaOptions;
import dev.cleave.region.store.IdentityPort;
import dev.cleave.region.store.StoreEvents;
import dev.cleave.region.store.StoreIdentity;
import dev.cleave.region.store.StoreNode;
import dev.cleave.region.store.StoreOptions;
import dev.cleave.region.store.StoreParts;
import dev.cleave.region.store.StoreStatus;
import dev.cleave.region.store.report.DiskUse;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A store of a simulated cluster: its disks outlive its processes. */
final class SimStore {
    private final World world;
    private final SimNetwork network;
    private final Crashes crashes;
    private final int number;
    private final SimulatedDisk logDisk;
    private final MemoryDisk engineDisk = new MemoryDisk();
    private final Identity identity = new Identity();
    private @Nullable Machine machine;
    private @Nullable StoreNode node;

    SimStore(World world, SimNetwork network, Crashes crashes, int number) {
        this.world = world;
        this.network = network;
        this.crashes = crashes;
        this.number = number;
        this.logDisk = new SimulatedDisk(world.randomness().fork());
    }

    int number() {
        return number;
    }

    String host() {
        return "store" + number;
    }

    /** 0 until PD has given one. */
    long storeId() {
        return identity.saved == null ? 0 : identity.saved.storeId();
    }

    void start() {
        Machine started = new Machine(world, host());
        machine = started;
        SimAgents agents = new SimAgents(started, crashes.of(started));
        MemoryStore engine = MemoryStore.open(engineDisk, started.randomness().fork());
        SharedLog log = SharedLog.open(
                new SimulatedSegments(logDisk, LogOptions.small()), LogOptions.small(), agents, started);
        StoreOptions options = StoreOptions.defaults()
                .withReplicas(new ReplicaOptions(4_096, 256, 64 << 10, 40, 400, 100_000_000L, 4_000_000_000L));
        StoreNode starting = new StoreNode(
                new StoreParts(
                        engine,
                        log,
                        network.on(started),
                        new Address(host(), 20160),
                        null,
                        new Address(host(), 20180),
                        List.of(SimPlacement.ADDRESS),
                        identity,
                        DISK,
                        agents,
                        started,
                        started.randomness().fork(),
                        options),
                EVENTS);
        node = starting;
        starting.start();
    }

    boolean isUp() {
        return machine != null && !machine.isDead();
    }

    Machine machine() {
        return Invariant.present(machine, "the store has been started");
    }

    /** Kill -9: what the engine had not flushed is gone. A power cut also takes what the log had not forced. */
    void kill(boolean isPowerCut) {
        machine().kill();
        network.died(machine());
        engineDisk.crash();
        if (isPowerCut) {
            logDisk.crash();
        }
    }

    List<GroupStatus> statuses() {
        return status().regions().stream().map(StoreStatus.RegionStatus::group).toList();
    }

    private StoreStatus status() {
        return Invariant.present(node, "the store has been started").status();
    }

    /** What the local replica of a region holds, as text that is equal when the data are. */
    String digest(long region) {
        StoreNode running = node;
        return running == null
                ? "down"
                : running.digest(region)
                        .map(digest -> digest.keys() + " keys " + digest.checksum())
                        .orElse("no replica");
    }

    private static final DiskUse DISK = () -> new DiskUse.Space(1L << 40, 1L << 39, 0);

    private static final StoreEvents EVENTS = message -> {
        throw new Violation("a store was told to stop: " + message);
    };

    /** The identity file: saved means durable. */
    private static final class Identity implements IdentityPort {
        private @Nullable StoreIdentity saved;

        @Override
        public Optional<StoreIdentity> load() {
            return Optional.ofNullable(saved);
        }

        @Override
        public void save(StoreIdentity next) {
            saved = next;
        }
    }
}
