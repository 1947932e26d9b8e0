package dev.cleave.region.store.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.region.control.FromPlacement.Action;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.replica.ReplicaOptions;
import dev.cleave.region.store.snapshot.SnapshotOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Snapshots that something happens to on their way; by the numbers of {@code docs/scenarios.md}. */
class SnapshotStoriesTest {
    private static final String LARGE = "x".repeat(16 << 10);

    private final TestCluster cluster = new TestCluster(17);
    private TestStore first;
    private TestStore second;

    /** Two stores, and a region of 1.6 MB whose snapshot takes most of a second. */
    private Peer learner() {
        cluster.options = cluster.options
                .withReplicas(new ReplicaOptions(4_096, 256, 64 << 10, 4, 40, 100_000_000L, 4_000_000_000L))
                .withSnapshots(
                        new SnapshotOptions(2, 2, 2 << 20, 256 << 10, 300 << 10, 0, 5_000_000_000L, 3_000_000_000L));
        first = cluster.addStore();
        cluster.awaitRegion(1);
        for (int i = 0; i < 100; i++) {
            cluster.put(String.format("key%03d", i), LARGE);
        }
        second = cluster.addStore();
        cluster.until("registered", () -> cluster.placement.stores.size() == 2);
        cluster.run(4_000);
        return new Peer(cluster.placement.nextId(), 2, PeerRole.LEARNER);
    }

    private void add(Peer learner) {
        cluster.placement.order(1, cluster.region(1).epoch(), new Action.ChangePeers(List.of(learner), List.of()));
    }

    private void awaitChunks() {
        cluster.until(
                "some chunks have come", () -> second.engine.rangeFiles().list().size() >= 2);
    }

    private void awaitWhole() {
        cluster.until(
                "whole",
                60_000,
                () -> cluster.holds(2, 1) && cluster.digest(2, 1).equals(cluster.digest(1, 1)));
        cluster.run(1_000);
        assertThat(first.engine.rangeFiles().list()).isEmpty();
        assertThat(second.engine.rangeFiles().list()).isEmpty();
        assertThat(first.node.status().load().snapshotsSending()).isZero();
        assertThat(second.node.status().load().snapshotsReceiving()).isZero();
        assertThat(first.failures).isEmpty();
        assertThat(second.failures).isEmpty();
    }

    @Test
    void scenario20_aCutInTheMidstFreesFilesAndSlotsOnBothSidesAndItIsSentAgain() {
        add(learner());
        awaitChunks();

        cluster.isolate(2);
        cluster.until(
                "nothing is left of it",
                10_000,
                () -> first.engine.rangeFiles().list().isEmpty()
                        && second.engine.rangeFiles().list().isEmpty());
        assertThat(first.node.status().load().snapshotsSending()).isZero();
        assertThat(second.node.status().load().snapshotsReceiving()).isZero();
        cluster.put("key000", "meanwhile");
        cluster.heal(2);

        awaitWhole();
    }

    /** The receiver stands still: silence ends it on the sender's side, and its end on the other. */
    @Test
    void scenario20_silenceEndsATransfer() {
        add(learner());
        awaitChunks();

        second.agents.hold("storage");
        cluster.until("it is given up", 10_000, () -> first.node.status().load().snapshotsSending() == 0);
        second.agents.release("storage");

        awaitWhole();
    }

    @Test
    void theSenderMayDieInTheMidst() {
        add(learner());
        awaitChunks();

        first.crash();
        first.start(cluster.options);

        awaitWhole();
    }

    /** The learner is taken out again while its snapshot is on its way: nothing of either is left. */
    @Test
    void aTransferWhoseReplicaIsNoLongerWantedEnds() {
        Peer learner = learner();
        add(learner);
        awaitChunks();

        cluster.remove(1, learner);
        cluster.until("it has ended", 60_000, () -> cluster.placement.destroyed.contains(learner.replicaId()));
        cluster.run(10_000);

        assertThat(cluster.holds(2, 1)).isFalse();
        assertThat(first.engine.rangeFiles().list()).isEmpty();
        assertThat(second.engine.rangeFiles().list()).isEmpty();
        cluster.addLearner(1, 2);
        awaitWhole();
    }

    /** All of it has come and was found whole; before it is installed one file is gone. */
    @Test
    void scenario22_aFileThatIsGoneBeforeItIsInstalledCostsTheReplicaNotTheProcess() {
        Peer learner = learner();
        add(learner);
        second.agents.hold("log");
        cluster.until(
                "all has come",
                10_000,
                () -> second.engine.rangeFiles().list().size() >= 5
                        && second.node.status().load().snapshotsReceiving() == 0);
        second.engine.rangeFiles().delete(second.engine.rangeFiles().list().get(1));
        second.agents.release("log");

        cluster.until("its end is told", 30_000, () -> cluster.placement.destroyed.contains(learner.replicaId()));

        cluster.remove(1, learner);
        cluster.addLearner(1, 2);
        awaitWhole();
    }

    /** The same with a death in between: a start must not try for ever. */
    @Test
    void scenario22_aStartThatFindsAnInstallationWithoutItsFilesGivesTheReplicaUp() {
        Peer learner = learner();
        add(learner);
        second.agents.hold("read-0");
        cluster.until(
                "all has come",
                10_000,
                () -> second.engine.rangeFiles().list().size() >= 5
                        && second.node.status().load().snapshotsReceiving() == 0);
        cluster.run(200);
        second.engine.rangeFiles().delete(second.engine.rangeFiles().list().get(1));
        second.crash();
        second.start(cluster.options);

        cluster.until("its end is told", 30_000, () -> cluster.placement.destroyed.contains(learner.replicaId()));
        cluster.remove(1, learner);
        cluster.addLearner(1, 2);
        awaitWhole();
    }

    /** Writes go on and the leader cuts its log: what arrives is stale already, and another one is made. */
    @Test
    void scenario23_aSnapshotThatIsStaleWhenItArrivesIsFollowedByAnother() {
        add(learner());
        for (int i = 0; i < 300 && !cluster.holds(2, 1); i++) {
            cluster.put(String.format("key%03d", i % 100), LARGE);
        }

        awaitWhole();
    }

    @Test
    void scenario61_aLearnerThatWasAwayForASplitAndACutOfTheLogGetsBothPieces() {
        add(learner());
        awaitWhole();
        cluster.isolate(2);
        long child = cluster.placement.split(1, "key050").get(0);
        cluster.until("the child is reported", () -> cluster.view(child) != null);
        for (int i = 0; i < 100; i++) {
            cluster.put(String.format("key%03d", i), "behind the split");
        }
        cluster.run(5_000);

        cluster.heal(2);

        cluster.until(
                "both pieces have come",
                60_000,
                () -> cluster.digest(2, 1).equals(cluster.digest(1, 1))
                        && cluster.digest(2, child).equals(cluster.digest(1, child)));
    }

    /** One slot on the receiving side, three regions to come: whoever finds no slot is turned away in words and comes again. */
    @Test
    void moreSnapshotsThanSlotsComeOneAfterTheOther() {
        cluster.options = cluster.options
                .withReplicas(new ReplicaOptions(4_096, 256, 64 << 10, 4, 40, 100_000_000L, 4_000_000_000L))
                .withSnapshots(
                        new SnapshotOptions(3, 1, 2 << 20, 256 << 10, 300 << 10, 0, 5_000_000_000L, 3_000_000_000L));
        first = cluster.addStore();
        cluster.awaitRegion(1);
        for (int i = 0; i < 60; i++) {
            cluster.put(String.format("key%03d", i), LARGE);
        }
        List<Long> regions = new java.util.ArrayList<>(cluster.placement.split(1, "key020", "key040"));
        cluster.until("all are reported", () -> regions.stream().allMatch(id -> cluster.view(id) != null));
        regions.add(1L);
        second = cluster.addStore();
        cluster.until("registered", () -> cluster.placement.stores.size() == 2);
        cluster.run(4_000);

        for (long region : regions) {
            Peer learner = new Peer(cluster.placement.nextId(), 2, PeerRole.LEARNER);
            cluster.placement.order(
                    region, cluster.region(region).epoch(), new Action.ChangePeers(List.of(learner), List.of()));
        }
        cluster.until("all have come", 60_000, () -> {
            assertThat(second.node.status().load().snapshotsReceiving()).isLessThanOrEqualTo(1);
            return regions.stream()
                    .allMatch(region -> cluster.holds(2, region)
                            && cluster.digest(2, region).equals(cluster.digest(1, region)));
        });
        awaitWhole();
    }
}
