package dev.cleave.region.store.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import dev.cleave.region.control.FromPlacement.Action;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.raft.RaftConfig;
import dev.cleave.region.replica.GroupStart;
import dev.cleave.region.store.snapshot.SnapshotOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Splits that something comes in between of; by the numbers of {@code docs/scenarios.md}. */
class SplitStoriesTest {
    private final TestCluster cluster = new TestCluster(5);

    @BeforeEach
    void threeReplicas() {
        cluster.threeReplicas();
        cluster.put("a", "left");
        cluster.put("x", "right");
        cluster.run(500);
    }

    private TestStore leader() {
        return cluster.stores.get((int) cluster.view(1).leaderStore());
    }

    @Test
    void scenario34_ofTwoSplitsBackToBackTheSecondAndAWriteBehindThemAreNotEvenAppended() {
        TestStore leader = leader();
        Region before = cluster.region(1);
        long last = cluster.status(leader.number, 1).lastIndex();

        leader.agents.hold("apply");
        List<Long> first = cluster.placement.split(1, "g");
        List<Long> second = cluster.placement.split(1, "p");
        cluster.run(50);
        long write = cluster.send(
                cluster.view(1).leaderStore(), before, new KvCommand.Put(Key.utf8("b"), Value.utf8("v")), 5_000);
        cluster.run(200);

        assertThat(cluster.status(leader.number, 1).lastIndex()).isEqualTo(last + 1);
        assertThat(cluster.reply(write)).isEmpty();
        leader.agents.release("apply");
        cluster.until("the first split is reported", 1_000, () -> cluster.view(first.get(0)) != null);
        cluster.until("the write is answered", 1_000, () -> cluster.reply(write).isPresent());
        KvError answer = cluster.reply(write).orElseThrow().error();
        assertThat(answer.kind()).isEqualTo(KvError.Kind.STALE_EPOCH);
        assertThat(answer.regions()).extracting(Region::id).containsExactly(first.get(0), 1L);
        cluster.run(1_000);
        assertThat(cluster.view(second.get(0))).isNull();
        assertThat(cluster.get("b")).isNull();
    }

    @Test
    void scenario5_noClientWaitsAnElectionTimeoutForASplit() {
        long longest = 0;
        long last = cluster.time.nanos();
        long child = 0;
        for (int i = 0; i < 400; i++) {
            if (i == 100) {
                child = cluster.placement.split(1, "m").get(0);
            }
            cluster.put(i % 2 == 0 ? "a" : "x", "v" + i);
            longest = Math.max(longest, cluster.time.nanos() - last);
            last = cluster.time.nanos();
        }

        assertThat(cluster.view(child)).isNotNull();
        assertThat(longest).isLessThan(RaftConfig.defaults().electionMinNanos());
    }

    @Test
    void scenario6_aStoreThatHasNotSplitYetHoldsOneWaitingReplicaAndGetsNoSnapshot() {
        long slow = cluster.view(1).leaderStore() == 3 ? 2 : 3;
        cluster.stores.get((int) slow).agents.hold("apply");
        long child = cluster.placement.split(1, "m").get(0);
        cluster.until("the child is reported", 2_000, () -> cluster.view(child) != null);

        for (int i = 0; i < 2_000; i++) {
            cluster.run(1);
            assertThat(cluster.stores.get((int) slow).node.status().load().snapshotsReceiving())
                    .isZero();
        }
        assertThat(cluster.stores.get((int) slow).node.status().regions().stream()
                        .filter(each -> each.group().group() == child))
                .hasSize(1)
                .allMatch(each -> each.region() == null);
        cluster.put("b", "served by two");
        cluster.stores.get((int) slow).agents.release("apply");

        cluster.until(
                "the child has joined", 1_000, () -> cluster.digest(slow, child).equals(cluster.digest(1, child)));
        cluster.run(1_000);
        assertThat(cluster.status(slow, child).firstIndex())
                .as("its log begins where the split left it, not behind a snapshot")
                .isEqualTo(GroupStart.FIRST_INDEX + 1);
    }

    /** Who takes over the parent has divided it already; the children on its store stand for election though it did not lead then. */
    @Test
    void scenario7_whoeverLeadsTheParentAfterTheSplitSeesToItsChildren() {
        TestStore old = leader();
        int heir = old.number == 1 ? 2 : 1;
        old.agents.hold("apply");
        long child = cluster.placement.split(1, "m").get(0);
        cluster.until("the heir has split", 1_000, () -> cluster.holds(heir, child));
        assertThat(cluster.view(child)).isNull();

        old.node.stopGracefully(cluster.time.nanos() + 500_000_000L);
        cluster.until("the child has a leader", 500, () -> cluster.view(child) != null);

        assertThat(cluster.view(child).leaderStore()).isNotEqualTo(old.number);
        old.agents.release("apply");
        cluster.until(
                "all have split", 5_000, () -> cluster.digest(old.number, child).equals(cluster.digest(heir, child)));
    }

    /** The child was removed from this store and added again before the split took effect here: the older one is skipped for good. */
    @Test
    void scenario9_aSplitSkipsAChildThatANewerReplicaHasReplaced() {
        long slow = cluster.view(1).leaderStore() == 3 ? 2 : 3;
        TestStore late = cluster.stores.get((int) slow);
        late.agents.hold("apply");
        long child = cluster.placement.split(1, "m").get(0);
        cluster.until("the child is reported", 2_000, () -> cluster.view(child) != null);
        Peer old = cluster.peerOn(child, slow);
        cluster.remove(child, old);
        long fresh = cluster.placement.nextId();
        cluster.change(
                child,
                new Action.ChangePeers(List.of(new Peer(fresh, slow, PeerRole.LEARNER)), List.of()),
                "the newer one is a member",
                now -> now.peer(fresh).isPresent());
        cluster.until(
                "it waits here",
                5_000,
                () -> cluster.status(slow, child) != null
                        && cluster.status(slow, child).replicaId() == fresh);
        cluster.put("b", "behind the split");

        late.agents.release("apply");

        cluster.until(
                "the newer one is fed",
                20_000,
                () -> cluster.digest(slow, child).equals(cluster.digest(1, child)));
        assertThat(cluster.status(slow, child).replicaId()).isEqualTo(fresh);
        cluster.change(
                child,
                new Action.ChangePeers(List.of(new Peer(fresh, slow, PeerRole.VOTER)), List.of()),
                "it votes",
                now -> now.peer(fresh).orElseThrow().isVoter());
        cluster.until("both are equal", 5_000, () -> cluster.digest(slow, 1).equals(cluster.digest(1, 1)));
    }

    /** The store dies with the split at some step; what it had flushed by then is drawn, too. */
    @ParameterizedTest
    @CsvSource({
        "none, 0, false", "none, 1, true", "none, 2, false", "none, 5, true",
        "apply, 30, false", "apply, 30, true", "replica, 30, false", "replica, 30, true",
        "storage, 30, false", "storage, 30, true", "log, 30, false", "log, 30, true",
    })
    void scenario10_aCrashAtAnyStepOfASplitEndsInTheSamePieces(String held, int millis, boolean isFlushed) {
        for (int number = 1; number <= 3; number++) {
            TestStore store = cluster.stores.get(number);
            String key = "k" + number + held + millis;
            RegionView whole = cluster.placement.regions.values().stream()
                    .filter(view -> view.region().range().contains(Key.utf8(key)))
                    .findFirst()
                    .orElseThrow();
            long parent = whole.region().id();
            store.agents.hold(held);
            long child = cluster.placement.split(parent, key).get(0);
            cluster.run(millis);
            if (isFlushed) {
                store.engine.flush();
            }
            store.crash();
            store.start(cluster.options);

            cluster.until(
                    "both pieces are reported",
                    30_000,
                    () -> cluster.view(child) != null
                            || cluster.region(parent).equals(whole.region()) && orderAgain(parent, key));
            cluster.run(2_000);
            long any = number == 1 ? 2 : 1;
            if (cluster.view(child) != null) {
                cluster.until(
                        "equal",
                        10_000,
                        () -> cluster.digest(store.number, child).equals(cluster.digest(any, child)));
                assertThat(cluster.region(child).epoch())
                        .isEqualTo(cluster.region(parent).epoch());
                assertThat(cluster.region(child).range().endExclusive())
                        .isEqualTo(cluster.region(parent).range().startInclusive());
            }
            cluster.until(
                    "equal", 10_000, () -> cluster.digest(store.number, parent).equals(cluster.digest(any, parent)));
            cluster.put("a", "after " + key);
            cluster.put("x", "after " + key);
        }
    }

    /** The order was lost with the store: then there was no split, and that is as good. */
    private boolean orderAgain(long region, String key) {
        cluster.run(3_000);
        return cluster.placement.regions.values().stream()
                .noneMatch(view -> view.region().range().startInclusive().equals(Key.utf8(key)));
    }

    @Test
    void scenario66_aRegionIsDividedWhileItsSnapshotIsSent() {
        cluster.options = cluster.options.withSnapshots(
                new SnapshotOptions(2, 2, 1 << 20, 256 << 10, 300 << 10, 0, 20_000_000_000L, 3_000_000_000L));
        TestCluster narrow = new TestCluster(6);
        narrow.options = cluster.options;
        narrow.threeReplicas();
        for (int i = 0; i < 400; i++) {
            narrow.put(String.format("key%03d", i), "x".repeat(16 << 10));
        }
        narrow.addStores(1);
        Peer learner = new Peer(narrow.placement.nextId(), 4, PeerRole.LEARNER);
        narrow.placement.order(1, narrow.region(1).epoch(), new Action.ChangePeers(List.of(learner), List.of()));
        long leader = narrow.view(1).leaderStore();
        narrow.until(
                "a snapshot is on its way",
                20_000,
                () -> !narrow.stores.get(4).engine.rangeFiles().list().isEmpty());

        long child = narrow.placement.split(1, "key200").get(0);
        narrow.until("it is divided", 1_000, () -> narrow.view(child) != null);

        assertThat(narrow.stores.get((int) leader).node.status().load().snapshotsSending())
                .isEqualTo(1);
        narrow.until(
                "both pieces have come to the learner",
                60_000,
                () -> narrow.digest(4, 1).equals(narrow.digest(1, 1))
                        && narrow.digest(4, child).equals(narrow.digest(1, child)));
    }

    @Test
    void scenario67_ofManySplitsAtOnceOneWinsAndKeysTile() {
        List<Long> wanted = new ArrayList<>();
        for (String key : List.of("c", "g", "k", "p", "t")) {
            wanted.addAll(cluster.placement.split(1, key));
        }

        cluster.until("one is reported", 2_000, () -> wanted.stream().anyMatch(id -> cluster.view(id) != null));
        cluster.run(3_000);

        List<Long> born = wanted.stream().filter(id -> cluster.view(id) != null).toList();
        assertThat(born).hasSize(1);
        assertThat(cluster.region(born.get(0)).range().endExclusive())
                .isEqualTo(cluster.region(1).range().startInclusive());
        assertThat(cluster.region(1).range().hasEnd()).isFalse();
        assertThat(cluster.get("a")).isEqualTo("left");
        assertThat(cluster.get("x")).isEqualTo("right");
    }
}
