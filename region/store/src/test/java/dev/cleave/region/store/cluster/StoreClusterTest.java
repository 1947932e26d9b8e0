package dev.cleave.region.store.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import dev.cleave.region.control.FromPlacement.Action;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.KvReply;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.raft.Campaign;
import dev.cleave.region.replica.ReplicaCounts.Dropped;
import dev.cleave.region.replica.ReplicaOptions;
import dev.cleave.region.store.snapshot.SnapshotOptions;
import dev.cleave.region.store.split.SplitOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whole stores tell their stories in memory, on virtual time. */
class StoreClusterTest {
    private final TestCluster cluster = new TestCluster(42);

    @Test
    void aFreshStoreRegistersMakesTheFirstRegionAndServes() {
        cluster.addStore();
        cluster.awaitRegion(1);

        cluster.put("apple", "red");

        assertThat(cluster.get("apple")).isEqualTo("red");
        assertThat(cluster.get("pear")).isNull();
    }

    @Test
    void aRegionGrowsToThreeReplicasThatHoldTheSame() {
        cluster.threeReplicas();

        for (int i = 0; i < 50; i++) {
            cluster.put("key" + i, "value" + i);
        }
        cluster.run(1_000);

        assertThat(cluster.digest(2, 1)).isEqualTo(cluster.digest(1, 1));
        assertThat(cluster.digest(3, 1)).isEqualTo(cluster.digest(1, 1));
    }

    @Test
    void aRegionDividesOnAllReplicasAndBothPiecesServe() {
        cluster.threeReplicas();
        cluster.put("a", "left");
        cluster.put("x", "right");
        Region before = cluster.region(1);

        long child = cluster.placement.split(1, "m").get(0);
        cluster.until("the child is reported", 2_000, () -> cluster.view(child) != null);

        assertThat(cluster.region(child).range()).isEqualTo(KeyRange.of(Key.EMPTY, Key.utf8("m")));
        assertThat(cluster.region(1).range()).isEqualTo(KeyRange.of(Key.utf8("m"), Key.EMPTY));
        assertThat(cluster.region(child).epoch()).isEqualTo(cluster.region(1).epoch());
        assertThat(cluster.view(child).leaderStore()).isEqualTo(cluster.view(1).leaderStore());
        assertThat(cluster.get("a")).isEqualTo("left");
        assertThat(cluster.get("x")).isEqualTo("right");
        KvReply stale = cluster.ask(cluster.view(1).leaderStore(), before, new KvCommand.Get(Key.utf8("a")));
        assertThat(stale.error().kind()).isEqualTo(KvError.Kind.STALE_EPOCH);
        assertThat(stale.error().regions()).extracting(Region::id).containsExactly(child, 1L);
        cluster.put("b", "new");
        cluster.run(1_000);
        for (long store = 2; store <= 3; store++) {
            assertThat(cluster.digest(store, child)).isEqualTo(cluster.digest(1, child));
            assertThat(cluster.digest(store, 1)).isEqualTo(cluster.digest(1, 1));
        }
    }

    @Test
    void aReplicaMovesBySnapshotAndTheOldOneIsDestroyed() {
        cluster.options = cluster.options.withReplicas(
                new ReplicaOptions(4_096, 256, 64 << 10, 4, 40, 100_000_000L, 4_000_000_000L));
        cluster.threeReplicas();
        for (int i = 0; i < 200; i++) {
            cluster.put("key" + i, "value" + i);
        }
        cluster.addStore();
        cluster.run(4_000);
        long old = cluster.region(1).peerOn(3).orElseThrow().replicaId();

        long fresh = cluster.addLearner(1, 4);
        Action.ChangePeers swap = new Action.ChangePeers(
                List.of(new Peer(fresh, 4, PeerRole.VOTER), new Peer(old, 3, PeerRole.LEARNER)), List.of());
        cluster.placement.order(1, cluster.region(1).epoch(), swap);
        cluster.until(
                "joint configuration entered and left",
                () -> !cluster.region(1).isJoint()
                        && cluster.region(1).peer(old).map(Peer::role).orElseThrow() == PeerRole.LEARNER
                        && cluster.region(1).peer(fresh).map(Peer::role).orElseThrow() == PeerRole.VOTER);
        cluster.placement.order(
                1,
                cluster.region(1).epoch(),
                new Action.ChangePeers(
                        List.of(), List.of(cluster.region(1).peer(old).orElseThrow())));
        cluster.until("destruction confirmed", () -> cluster.placement.destroyed.contains(old));

        assertThat(cluster.holds(3, 1)).isFalse();
        assertThat(cluster.stores.get(3).engine.approximateBytes(KeyRange.ALL)).isZero();
        cluster.until("equal", () -> cluster.digest(4, 1).equals(cluster.digest(1, 1)));
        assertThat(cluster.stores.get(4).engine.rangeFiles().list()).isEmpty();
        assertThat(cluster.stores.get(1).engine.rangeFiles().list()).isEmpty();
        assertThat(cluster.stores.get(4).node.counts().orElseThrow().snapshotsReceivedBytes())
                .isPositive();
        assertThat(cluster.stores.values().stream()
                        .mapToLong(store -> store.node.counts().orElseThrow().snapshotsSentBytes())
                        .sum())
                .isEqualTo(cluster.stores.values().stream()
                        .mapToLong(store -> store.node.counts().orElseThrow().snapshotsReceivedBytes())
                        .sum());
        cluster.put("key7", "again");
        assertThat(cluster.get("key7")).isEqualTo("again");
    }

    @Test
    void electionsAndLostMessagesAndCopiesAndLagAreCounted() {
        cluster.threeReplicas();
        cluster.put("apple", "red");
        cluster.run(2_000);
        long leader = cluster.view(1).leaderStore();
        assertThat(cluster.stores.get((int) leader).node.lags()).containsExactly(0);

        cluster.isolate(leader);
        cluster.until(
                "another leads",
                () -> cluster.stores.values().stream()
                                        .map(store -> store.node.counts().orElseThrow())
                                        .mapToLong(counts -> counts.campaigns().getOrDefault(Campaign.TIMED_OUT, 0L))
                                        .sum()
                                > 0
                        && cluster.view(1).leaderStore() != leader);
        for (int i = 0; i < 40; i++) {
            cluster.put("key" + i, "value".repeat(4_000));
        }
        cluster.run(2_000);

        TestStore now = cluster.stores.get((int) cluster.view(1).leaderStore());
        assertThat(now.node.lags()[0]).isGreaterThanOrEqualTo(40);
        assertThat(now.node.counts().orElseThrow().dropped().get(Dropped.UNREACHABLE))
                .isPositive();
    }

    @Test
    void aSmallRegionTravelsInTheOfferAndNeedsNoFile() {
        cluster.options = cluster.options.withReplicas(
                new ReplicaOptions(4_096, 256, 64 << 10, 4, 40, 100_000_000L, 4_000_000_000L));
        cluster.addStore();
        cluster.awaitRegion(1);
        for (int i = 0; i < 100; i++) {
            cluster.put("key" + i % 20, "value" + i);
        }
        TestStore first = cluster.stores.get(1);
        TestStore second = cluster.addStore();
        cluster.until("registered", () -> cluster.placement.stores.size() == 2);
        cluster.run(4_000);

        Peer learner = new Peer(cluster.placement.nextId(), 2, PeerRole.LEARNER);
        cluster.placement.order(1, cluster.region(1).epoch(), new Action.ChangePeers(List.of(learner), List.of()));
        cluster.until("caught up", () -> {
            assertThat(first.engine.rangeFiles().list()).isEmpty();
            assertThat(second.engine.rangeFiles().list()).isEmpty();
            return cluster.holds(2, 1) && cluster.digest(2, 1).equals(cluster.digest(1, 1));
        });

        second.crash();
        second.start(cluster.options);
        cluster.until("caught up again", () -> cluster.digest(2, 1).equals(cluster.digest(1, 1)));
    }

    @Test
    void aLargeSnapshotTravelsInManyChunksAndSurvivesACrashOnTheWay() {
        cluster.options = cluster.options
                .withReplicas(new ReplicaOptions(4_096, 256, 64 << 10, 4, 40, 100_000_000L, 4_000_000_000L))
                .withSnapshots(
                        new SnapshotOptions(2, 2, 2 << 20, 256 << 10, 300 << 10, 0, 5_000_000_000L, 3_000_000_000L));
        cluster.addStore();
        cluster.awaitRegion(1);
        String large = "x".repeat(16 << 10);
        for (int i = 0; i < 100; i++) {
            cluster.put(String.format("key%03d", i), large);
        }
        TestStore second = cluster.addStore();
        cluster.until("registered", () -> cluster.placement.stores.size() == 2);
        cluster.run(4_000);

        long replica = cluster.placement.nextId();
        Peer learner = new Peer(replica, 2, PeerRole.LEARNER);
        cluster.placement.order(1, cluster.region(1).epoch(), new Action.ChangePeers(List.of(learner), List.of()));
        cluster.until(
                "some chunks have come", () -> second.engine.rangeFiles().list().size() >= 2);
        second.crash();
        second.start(cluster.options);
        assertThat(second.engine.rangeFiles().list()).isEmpty();
        cluster.until("caught up", () -> cluster.digest(2, 1).equals(cluster.digest(1, 1)));

        cluster.run(1_000);
        assertThat(second.engine.rangeFiles().list()).isEmpty();
        assertThat(cluster.stores.get(1).engine.rangeFiles().list()).isEmpty();
    }

    @Test
    void acknowledgedWritesSurviveTheCrashOfAllStores() {
        cluster.threeReplicas();
        long child = cluster.placement.split(1, "m").get(0);
        cluster.until("the child is reported", () -> cluster.view(child) != null);
        for (int i = 0; i < 20; i++) {
            cluster.put("a" + i, "v" + i);
            cluster.put("z" + i, "v" + i);
        }

        cluster.stores.values().forEach(TestStore::crash);
        cluster.stores.values().forEach(store -> store.start(cluster.options));
        cluster.run(3_000);

        for (int i = 0; i < 20; i++) {
            assertThat(cluster.get("a" + i)).isEqualTo("v" + i);
            assertThat(cluster.get("z" + i)).isEqualTo("v" + i);
        }
    }

    @Test
    void theStoresFindEachOtherAgainWithoutThePlacementDriver() {
        cluster.threeReplicas();
        cluster.put("k", "v");
        Region region = cluster.region(1);
        cluster.stores.values().forEach(store -> store.engine.flush());

        cluster.placement.isDeaf = true;
        cluster.stores.values().forEach(TestStore::crash);
        cluster.stores.values().forEach(store -> store.start(cluster.options));

        KvCommand get = new KvCommand.Get(Key.utf8("k"));
        cluster.until("somebody serves", 20_000, () -> {
            cluster.run(100);
            return cluster.stores.keySet().stream()
                    .anyMatch(store -> new KvResult.Found(Value.utf8("v"))
                            .equals(cluster.ask(store, region, get).result()));
        });
    }

    @Test
    void leadershipMovesAwayBeforeAGracefulStop() {
        cluster.threeReplicas();
        long leader = cluster.view(1).leaderStore();

        var done = cluster.stores.get((int) leader).node.stopGracefully(cluster.time.nanos() + 10_000_000_000L);
        cluster.until("the store has handed over", done::isDone);

        assertThat(done.join()).isTrue();
        cluster.until("somebody else leads", () -> cluster.view(1).leaderStore() != leader);
    }

    @Test
    void aStoreThatLeavesFirstAnswersWhatItHasTakenIn() {
        cluster.threeReplicas();
        long leader = cluster.view(1).leaderStore();
        TestStore store = cluster.stores.get((int) leader);
        store.agents.hold("log");
        long write = cluster.send(leader, cluster.region(1), new KvCommand.Put(Key.utf8("k"), Value.utf8("v")), 5_000);
        cluster.until("it is taken in", () -> store.node.status().load().requestsInFlight() == 1);

        var done = store.node.stopGracefully(cluster.time.nanos() + 10_000_000_000L);
        cluster.until("somebody else leads", () -> cluster.view(1).leaderStore() != leader);
        cluster.run(500);

        assertThat(done).isNotDone();
        store.agents.release("log");
        cluster.until("the store may end", done::isDone);
        assertThat(done.join()).isTrue();
        cluster.until("the write is answered", 100, () -> cluster.reply(write).isPresent());
        assertThat(cluster.reply(write).orElseThrow().result()).isInstanceOf(KvResult.Done.class);
    }

    @Test
    void aStoreThatIsAboutToEndTakesInNothingMore() {
        cluster.threeReplicas();
        long leader = cluster.view(1).leaderStore();
        Region region = cluster.region(1);
        TestStore store = cluster.stores.get((int) leader);

        var done = store.node.stopGracefully(cluster.time.nanos() + 10_000_000_000L);
        cluster.until("the store may end", done::isDone);
        KvReply late = cluster.ask(leader, region, new KvCommand.Get(Key.utf8("k")));

        assertThat(late.result()).isNull();
        assertThat(store.node.status().load().requestsInFlight()).isZero();
    }

    @Test
    void aCompareAndSetIsAtomic() {
        cluster.threeReplicas();
        Region region = cluster.region(1);
        long leader = cluster.view(1).leaderStore();
        Key key = Key.utf8("k");

        KvReply first = cluster.ask(leader, region, new KvCommand.CompareAndSet(key, null, Value.utf8("1")));
        KvReply second = cluster.ask(leader, region, new KvCommand.CompareAndSet(key, null, Value.utf8("2")));

        assertThat(first.result()).isEqualTo(new KvResult.Compared(true, null));
        assertThat(second.result()).isEqualTo(new KvResult.Compared(false, Value.utf8("1")));
    }

    @Test
    void aRejectedStoreMustStop() {
        cluster.placement.rejection = "store 9 was removed; use an empty data directory";

        TestStore store = cluster.addStore();
        cluster.until("told to stop", () -> !store.orders.isEmpty());

        assertThat(store.orders).containsExactly("store 9 was removed; use an empty data directory");
        assertThat(store.node.serving()).isCompletedExceptionally();
    }

    @Test
    void aRegionThatGrowsTooLargeDividesByItself() {
        cluster.options = cluster.options.withSplits(SplitOptions.defaults().withSize(64 << 10, 1_000_000_000L));
        cluster.addStore();
        cluster.awaitRegion(1);
        String kilobyte = "x".repeat(1024);
        for (int i = 0; i < 100; i++) {
            cluster.put(String.format("key%03d", i), kilobyte);
        }

        cluster.until("two regions", 10_000, () -> cluster.placement.regions.size() >= 2);
        cluster.run(2_000);

        for (int i = 0; i < 100; i++) {
            assertThat(cluster.get(String.format("key%03d", i))).isEqualTo("1024 bytes");
        }
    }
}
