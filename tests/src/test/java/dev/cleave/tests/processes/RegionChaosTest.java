package dev.cleave.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import dev.cleave.region.protocol.CheckedReplica;
import dev.cleave.region.protocol.CheckedReplica.Standing;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.protocol.StoreInfo;
import dev.cleave.region.workload.KeySpace;
import dev.cleave.region.workload.history.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five stores and a placement driver, real processes on real disks: they are killed, stopped for seconds, started again and cut off from each other while regions divide and move without
 * a pause and clients read and write. Some stores read by the leader's lease, some ask a quorum. Scenario 1. How long is up to {@code -Dcleave.chaos.minutes} (30); what happens is drawn from {@code -Dcleave.chaos.seed}. Partitions need root and
 * {@link Cables}; where there can be none the rest is done, and it is said.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("long")
class RegionChaosTest {
    private static final int STORES = 5;
    private static final long MINUTES = Long.getLong("cleave.chaos.minutes", 30);
    private static final long SEED = Long.getLong("cleave.chaos.seed", 1);
    private static final int ACTS_PER_ROUND = 25;
    private static final int REGIONS_MAX = 40;
    private static final long KEYS = 150;

    private final Randomness chance = Randomness.seeded(SEED);
    private final TreeMap<String, Integer> done = new TreeMap<>();
    private static final List<String> NODES = List.of("pd", "store1", "store2", "store3", "store4", "store5");

    private Optional<NetworkFaults> network = Optional.empty();
    private HandMade cluster;
    private int loads;

    @BeforeAll
    void start(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory) throws Exception {
        Optional<String> whyNot = Cables.whyNot();
        if (whyNot.isPresent()) {
            System.out.println("WITHOUT partitions: " + whyNot.get());
            cluster = new HandMade(directory);
        } else {
            network = Optional.of(new NetworkFaults(new Cables(NODES), NODES, chance));
            cluster = new HandMade(directory, network.get().cables());
        }
        for (int store = 2; store <= STORES; store += 2) {
            cluster.addArguments(store, "--reads", "index");
        }
        cluster.startAll(STORES);
    }

    @AfterAll
    void stop() throws Exception {
        cluster.close();
        if (network.isPresent()) {
            network.get().close();
        }
    }

    @Test
    void scenario1_whateverHappensToProcessesWhileRegionsDivideAndMoveNothingIsLostAndAllEndsWhole() throws Exception {
        long end = System.nanoTime() + MINUTES * 60_000_000_000L;
        int rounds = 0;
        do {
            round();
            rounds++;
        } while (System.nanoTime() - end < 0);

        System.out.println("seed " + SEED + ": " + rounds + " rounds, " + done + ", "
                + cluster.regions().size() + " regions at the end");
        assertThat(done).containsKeys("split", "migrate");
        assertThat(network.isEmpty() || done.keySet().stream().anyMatch(what -> what.startsWith("cut")))
                .as("the network was cut")
                .isTrue();
    }

    private void round() throws Exception {
        loads++;
        KeySpace keys = new KeySpace("chaos-" + loads + "-", KEYS);
        try (RecordedLoad load = new RecordedLoad(cluster.pd(), List.of(keys))) {
            load.awaitAnswers(100, 60);
            for (int act = 0; act < ACTS_PER_ROUND; act++) {
                act(keys);
            }
            cluster.awaitListening();
            cluster.awaitWhole(STORES);
            load.awaitAnswers(100, 60);
            RecordedLoad.Ended ended = load.stop();
            assertThat(ended.hung()).as(ended.toString()).isZero();
            Verdict verdict = load.judge();
            assertThat(verdict.isLinearizable())
                    .as("round " + loads + ": " + verdict)
                    .isTrue();
        }
        for (RegionView view : cluster.regions()) {
            assertThat(cluster.check(view.region().id()).replicas())
                    .as("region " + view.region().id())
                    .extracting(CheckedReplica::standing)
                    .containsOnly(Standing.AGREES);
        }
    }

    private void act(KeySpace keys) throws Exception {
        switch ((int) chance.below(13)) {
            case 0 -> kill("store" + chance.between(1, STORES + 1));
            case 1 -> pause("store" + chance.between(1, STORES + 1));
            case 2 -> {
                if (chance.below(3) == 0) {
                    kill("pd");
                }
            }
            case 3, 4, 5 -> split(keys);
            case 6, 7, 8 -> cut(keys);
            default -> migrate();
        }
        cluster.command.shell(5, "sleep 0." + chance.between(1, 9));
    }

    private void kill(String name) throws Exception {
        cluster.kill(name);
        cluster.command.shell(10, "sleep " + chance.below(4));
        cluster.start(name);
        note("kill " + (name.equals("pd") ? "pd" : "store"));
    }

    private void pause(String name) throws Exception {
        cluster.pause(name);
        cluster.command.shell(15, "sleep " + chance.between(1, 6));
        cluster.resume(name);
        note("pause");
    }

    /** Splits and moves go on meanwhile. */
    private void cut(KeySpace keys) throws Exception {
        if (network.isEmpty()) {
            return;
        }
        note(network.get().cut());
        for (long more = chance.below(3); more > 0; more--) {
            split(keys);
            migrate();
        }
        long seconds = chance.below(8) == 0 ? 12 : chance.between(1, 7);
        cluster.command.shell(30, "sleep " + seconds);
        network.get().heal();
    }

    private void split(KeySpace keys) {
        List<RegionView> regions = seen();
        Key at = keys.key(chance.below(keys.keys()));
        for (RegionView view : regions) {
            boolean isInside = view.region().range().contains(at)
                    && !at.equals(view.region().range().startInclusive());
            if (isInside
                    && regions.size() < REGIONS_MAX
                    && cluster.isAccepted(
                            new PdRequest.SplitRegion(view.region().id(), List.of(at)))) {
                note("split");
            }
        }
    }

    private void migrate() {
        List<RegionView> regions = seen();
        List<StoreInfo> stores = regions.isEmpty() ? List.of() : cluster.stores();
        if (stores.isEmpty()) {
            return;
        }
        RegionView view = regions.get((int) chance.below(regions.size()));
        List<Peer> peers = view.region().peers();
        List<Long> others = new ArrayList<>();
        for (StoreInfo store : stores) {
            if (peers.stream().noneMatch(peer -> peer.storeId() == store.id())) {
                others.add(store.id());
            }
        }
        if (!others.isEmpty() && !peers.isEmpty()) {
            long from = peers.get((int) chance.below(peers.size())).storeId();
            long to = others.get((int) chance.below(others.size()));
            if (cluster.isAccepted(new PdRequest.MigrateRegion(view.region().id(), from, to))) {
                note("migrate");
            }
        }
    }

    /** None while the placement driver is away. */
    private List<RegionView> seen() {
        try {
            return cluster.regions();
        } catch (dev.cleave.placement.ctl.command.CommandFailure away) {
            return List.of();
        }
    }

    private void note(String what) {
        done.merge(what, 1, Integer::sum);
    }
}
