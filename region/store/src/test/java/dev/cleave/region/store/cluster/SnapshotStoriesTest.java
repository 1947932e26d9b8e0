package dev.cleave.region.store.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.region.control.FromPlacement.Action;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.replica.ReplicaOptions;
import dev.cleave.region.store.snapshot.SnapshotOptions;
import dev.cleave.region.store.state.RegionDigest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots that something happens to on their way; by the numbers of {@code docs/scenarios.md}. */
class SnapshotStoriesTest {
    private static final String LARGE = "x".repeat(16 << 10);

    private final TestCluster cluster = new TestCluster(17);
    private TestStore first;
    private TestStore second;

    /** Two stores, and a region of 1.6 MB whose snapshot takes most of a second. */
    private Peer learner() {
        return learner(40);
    }

    private Peer learner(long laggardEntriesMax) {
        cluster.options = cluster.options
                .withReplicas(
                        new ReplicaOptions(4_096, 256, 64 << 10, 4, laggardEntriesMax, 100_000_000L, 4_000_000_000L))
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

    /** The learner holds an older state, of which some keys have been deleted meanwhile. Points are named by what has just been done. */
    @ParameterizedTest
    @ValueSource(strings = {"arrived", "accepted", "marked", "fenced", "replaced", "log begun anew"})
    void scenario21_aCrashAtAnyPointOfAnInstallationEndsInTheOldStateOrTheNew(String point) {
        add(learner());
        awaitWhole();
        RegionDigest old = cluster.digest(2, 1).orElseThrow();
        cluster.isolate(2);
        for (int i = 0; i < 100; i++) {
            cluster.put(String.format("key%03d", i), "y".repeat(16 << 10));
        }
        for (int i = 0; i < 20; i++) {
            KvCommand delete = new KvCommand.Delete(Key.utf8(String.format("key%03d", i)));
            assertThat(cluster.ask(1, cluster.region(1), delete).error()).isNull();
        }
        cluster.run(5_000);
        cluster.heal(2);
        awaitChunks();

        goTo(point);
        second.crash();
        second.start(cluster.options);

        cluster.until("it holds the new state", 60_000, () -> {
            Optional<RegionDigest> now = cluster.digest(2, 1);
            boolean isNew = now.equals(cluster.digest(1, 1));
            assertThat(isNew || now.isEmpty() || samePairs(now.get(), old))
                    .as("neither the old state nor the new one: " + now)
                    .isTrue();
            return isNew;
        });
        awaitWhole();
    }

    private void goTo(String point) {
        switch (point) {
            case "arrived" -> {
                second.agents.hold("replica");
                awaitArrived();
            }
            case "accepted" -> {
                second.agents.hold("log");
                awaitArrived();
            }
            case "marked" -> {
                goTo("accepted");
                second.agents.hold("storage");
                second.agents.release("log");
            }
            case "fenced" -> {
                second.agents.hold("read-0");
                awaitArrived();
            }
            case "replaced" -> {
                goTo("fenced");
                second.agents.hold("log");
                second.agents.release("read-0");
                cluster.until("replaced", 1_000, () -> cluster.holds(2, 1));
            }
            default -> {
                goTo("replaced");
                second.agents.hold("storage");
                second.agents.release("log");
            }
        }
        cluster.run(50);
    }

    private void awaitArrived() {
        cluster.until(
                "all has come",
                10_000,
                () -> second.engine.rangeFiles().list().size() >= 5
                        && second.node.status().load().snapshotsReceiving() == 0);
        cluster.run(50);
    }

    private static boolean samePairs(RegionDigest one, RegionDigest other) {
        return one.keys() == other.keys() && one.checksum() == other.checksum();
    }

    /** Its readers have not left when it is taken out: its end waits for them, too. */
    @Test
    void scenario62_aReplicaThatMustGoWhileItsSnapshotIsInstalledEndsOnceItsReadersHaveLeft() {
        Peer learner = learner();
        add(learner);
        awaitChunks();
        goTo("fenced");

        cluster.remove(1, learner);
        cluster.run(6_000);
        assertThat(cluster.placement.destroyed).doesNotContain(learner.replicaId());
        second.agents.release("read-0");

        cluster.until("it has ended", 30_000, () -> cluster.placement.destroyed.contains(learner.replicaId()));
        assertThat(cluster.holds(2, 1)).isFalse();
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

    /** Twice as much is written meanwhile as the log keeps: it keeps what comes behind the snapshot, too. */
    @Test
    void aRegionThatIsWrittenToArrivesWithItsFirstSnapshot() {
        Peer learner = learner(450);
        for (int i = 0; i < 500; i++) {
            cluster.put("key000", "small");
        }
        add(learner);
        for (int i = 0; !cluster.holds(2, 1); i++) {
            cluster.put(String.format("key%03d", i % 100), "small");
            cluster.run(8);
        }

        cluster.until("no other has to be made", 60_000, () -> {
            assertThat(first.engine.rangeFiles().list()).noneMatch(name -> name.startsWith("send-2-"));
            return cluster.digest(2, 1).equals(cluster.digest(1, 1));
        });
        awaitWhole();
    }

    /** Its child leaves this store before all is written, and takes with it what the snapshot was to see. */
    @Test
    void aRegionThatIsDividedWhileItIsCutIsCutAnew() {
        cluster.options = cluster.options
                .withReplicas(new ReplicaOptions(4_096, 256, 64 << 10, 4, 40, 100_000_000L, 4_000_000_000L))
                .withSnapshots(
                        new SnapshotOptions(2, 2, 1 << 20, 256 << 10, 300 << 10, 0, 5_000_000_000L, 3_000_000_000L));
        cluster.threeReplicas();
        cluster.addStores(1);
        for (int i = 0; i < 100; i++) {
            cluster.put(String.format("key%03d", i), LARGE);
        }
        cluster.lead(1, 1);
        add(new Peer(cluster.placement.nextId(), 4, PeerRole.LEARNER));
        TestStore leader = cluster.stores.get(1);
        cluster.until("it is being cut", () -> leader.node.status().load().snapshotsSending() == 1);

        long child = cluster.placement.split(1, "key080").get(0);
        cluster.until("the child is reported", () -> cluster.view(child) != null);
        cluster.lead(child, 2);
        Peer gone = cluster.peerOn(child, 1);
        cluster.remove(child, gone);
        cluster.until("it has left", () -> cluster.placement.destroyed.contains(gone.replicaId()));

        cluster.until(
                "both pieces have come",
                60_000,
                () -> cluster.holds(4, 1)
                        && cluster.digest(4, 1).equals(cluster.digest(1, 1))
                        && cluster.digest(4, child).equals(cluster.digest(2, child)));
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
