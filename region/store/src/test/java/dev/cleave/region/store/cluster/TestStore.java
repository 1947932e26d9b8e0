package dev.cleave.region.store.cluster;

import dev.cleave.engine.agents.ManualAgentHost;
import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.kv.MemoryDisk;
import dev.cleave.engine.kv.MemoryStore;
import dev.cleave.engine.log.DiskFailure;
import dev.cleave.engine.log.LogOptions;
import dev.cleave.engine.log.SharedLog;
import dev.cleave.engine.log.SimulatedDisk;
import dev.cleave.engine.log.SimulatedSegments;
import dev.cleave.engine.wire.Address;
import dev.cleave.region.replica.StageTimes;
import dev.cleave.region.store.IdentityPort;
import dev.cleave.region.store.StoreIdentity;
import dev.cleave.region.store.StoreNode;
import dev.cleave.region.store.StoreOptions;
import dev.cleave.region.store.StoreParts;
import dev.cleave.region.store.report.DiskUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A store whose disks outlive it, on one thread. */
final class TestStore {
    static final LogOptions LOG = LogOptions.small().withFreeBytesFloor(64 << 10);

    final int number;
    final MemoryDisk engineDisk = new MemoryDisk();
    final SimulatedDisk logDisk;
    final List<String> failures = new ArrayList<>();
    final List<String> orders = new ArrayList<>();
    /** How far its wall clock is from the others'. */
    long wallMillis;

    private final TestCluster cluster;
    private final Randomness randomness;
    private StoreIdentity saved;
    ManualAgentHost agents;
    CutNetwork network;
    MemoryStore engine;
    StoreNode node;

    private final Clock clock = new Clock() {
        @Override
        public long nanos() {
            return TestStore.this.cluster.time.nanos();
        }

        @Override
        public long wallMillis() {
            return TestStore.this.cluster.time.wallMillis() + wallMillis;
        }
    };

    TestStore(TestCluster cluster, int number, Randomness randomness) {
        this.cluster = cluster;
        this.number = number;
        this.randomness = randomness;
        this.logDisk = new SimulatedDisk(randomness.fork());
    }

    boolean isUp() {
        return node != null;
    }

    void start(StoreOptions options) {
        agents = new ManualAgentHost(this::failed);
        network = new CutNetwork(cluster.network.sibling(cluster.time), "store" + number, cluster.isolated);
        engine = MemoryStore.open(engineDisk, randomness.fork());
        SharedLog log = SharedLog.open(new SimulatedSegments(logDisk, LOG), LOG, agents, cluster.time);
        node = new StoreNode(
                new StoreParts(
                        engine,
                        log,
                        network,
                        new Address("store" + number, 20160),
                        null,
                        new Address("store" + number, 20180),
                        List.of(FakePlacement.ADDRESS),
                        new Identity(),
                        () -> new DiskUse.Space(1L << 40, 1L << 39, 0),
                        agents,
                        clock,
                        randomness.fork(),
                        options,
                        StageTimes.NONE),
                orders::add);
        node.start();
    }

    private void failed(String role, Throwable cause) {
        if (!(cause instanceof DiskFailure)) {
            cause.printStackTrace();
        }
        failures.add(role + ": " + cause);
    }

    /** A crash: what was not flushed or forced is gone. */
    void crash() {
        agents.crash();
        network.close();
        engineDisk.crash();
        logDisk.crash();
        node = null;
    }

    private final class Identity implements IdentityPort {
        @Override
        public Optional<StoreIdentity> load() {
            return Optional.ofNullable(saved);
        }

        @Override
        public void save(StoreIdentity identity) {
            saved = identity;
        }
    }
}
