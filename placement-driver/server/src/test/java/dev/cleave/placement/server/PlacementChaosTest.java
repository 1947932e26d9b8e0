package dev.cleave.placement.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import dev.cleave.region.control.FromPlacement;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.RegionView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Random wishes, power cuts of the placement driver and moves of leadership; afterwards everything must be as it should. */
class PlacementChaosTest {
    @Test
    void whateverHappensEveryRegionEndsLegalAndWhole() {
        for (long seed = 1; seed <= 25; seed++) {
            run(seed);
        }
    }

    private static void run(long seed) {
        FakeCluster cluster = new FakeCluster(seed, PlacementOptions.defaults());
        Randomness random = Randomness.seeded(seed * 31);
        cluster.settle(5);
        for (int act = 0; act < 25; act++) {
            act(cluster, random, act);
            cluster.run(random.between(20, 2_500));
            check(cluster, seed);
        }
        cluster.regions.areLearnersStuck = false;
        cluster.runUntil(
                "seed " + seed + ": all is quiet",
                900_000,
                () -> cluster.pd().isServing()
                        && cluster.pd().catalog().running().isEmpty()
                        && cluster.regions.all().stream().allMatch(PlacementChaosTest::isWhole));
        cluster.run(15_000);
        check(cluster, seed);
        assertThat(cluster.pd().status().regions())
                .as("seed %d", seed)
                .isEqualTo(cluster.regions.all().size());
        assertThat(cluster.pd().status().underReplicated()).as("seed %d", seed).isZero();
        assertThat(cluster.stores).as("seed %d", seed).allMatch(store -> store.rejections.isEmpty());
    }

    private static boolean isWhole(RegionView view) {
        return view.region().peers().size() == 3
                && view.region().peers().stream().allMatch(peer -> peer.role() == PeerRole.VOTER);
    }

    private static void act(FakeCluster cluster, Randomness random, int number) {
        List<RegionView> regions = cluster.regions.all();
        RegionView view = regions.get((int) random.below(regions.size()));
        long region = view.region().id();
        List<Peer> peers = view.region().peers();
        Peer peer = peers.get((int) random.below(peers.size()));
        long store = cluster.stores.get((int) random.below(cluster.stores.size())).storeId;
        switch ((int) random.below(8)) {
            case 0 -> {
                cluster.crashPd();
                cluster.run(random.between(10, 3_000));
                cluster.startPd();
            }
            case 1, 2 -> cluster.pd().ask(new PdRequest.MigrateRegion(region, peer.storeId(), store), told -> {});
            case 3 ->
                cluster.pd()
                        .ask(
                                new PdRequest.SplitRegion(region, List.of(Key.utf8("k" + random.below(1000)))),
                                told -> {});
            case 4 -> cluster.pd().ask(new PdRequest.TransferLeader(region, store), told -> {});
            case 5 -> {
                if (peer.role() == PeerRole.VOTER) {
                    cluster.regions.lead(region, peer.storeId());
                }
            }
            case 6 -> cluster.regions.areLearnersStuck = number < 15;
            default -> cluster.regions.areLearnersStuck = false;
        }
    }

    /** No id is used twice, no store has two replicas of a region, a commanded learner's id is above all before it there. */
    private static void check(FakeCluster cluster, long seed) {
        Map<Long, Long> regionOf = new LinkedHashMap<>();
        for (RegionView view : cluster.regions.all()) {
            for (Peer peer : view.region().peers()) {
                assertThat(regionOf.put(peer.replicaId(), view.region().id()))
                        .as("seed %d: replica %d", seed, peer.replicaId())
                        .isNull();
            }
            assertThat(view.region().peers().stream().map(Peer::storeId).distinct())
                    .as("seed %d: %s", seed, view)
                    .hasSize(view.region().peers().size());
            assertThat(view.region().peers().stream().filter(Peer::isVoter)).hasSizeGreaterThanOrEqualTo(3);
        }
        Map<String, Long> lastAdded = new LinkedHashMap<>();
        for (FakeStore store : cluster.stores) {
            for (FromPlacement.Command command : store.commands) {
                if (command.action() instanceof FromPlacement.Action.ChangePeers change) {
                    for (Peer added : change.peers()) {
                        if (added.role() == PeerRole.LEARNER && isAdded(change)) {
                            Long before = lastAdded.put(
                                    store.storeId + " " + command.regionId() + " " + added.storeId(),
                                    added.replicaId());
                            assertThat(before == null || before <= added.replicaId())
                                    .as("seed %d: replica ids only grow, %s", seed, command)
                                    .isTrue();
                        }
                    }
                }
            }
        }
    }

    private static boolean isAdded(FromPlacement.Action.ChangePeers change) {
        return change.peers().size() == 1;
    }
}
