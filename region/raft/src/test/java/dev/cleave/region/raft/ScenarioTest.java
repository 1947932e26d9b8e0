package dev.cleave.region.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.region.raft.ConfChange.Op;
import dev.cleave.region.raft.ConfChange.Step;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Stories of a whole group on a network that does as it is told. */
class ScenarioTest {
    private static final long MS = 1_000_000L;
    private static final long SECOND = 1000 * MS;

    private static Cluster group(int voters) {
        return group(voters, RaftConfig.defaults().withSleepAfter(0));
    }

    private static Cluster group(int voters, RaftConfig config) {
        Cluster cluster = new Cluster(42, config, voters, false);
        cluster.isChaotic = false;
        cluster.delayMaxNanos = 2 * MS;
        runUntil(cluster, 5 * SECOND, () -> cluster.leaders().size() == 1 && everybodyHolds(cluster));
        return cluster;
    }

    private static void runUntil(Cluster cluster, long withinNanos, BooleanSupplier isTrue) {
        long end = cluster.now + withinNanos;
        while (!isTrue.getAsBoolean()) {
            assertThat(cluster.now).as("in time").isLessThan(end);
            cluster.runFor(MS);
        }
    }

    private static boolean everybodyHolds(Cluster cluster) {
        long last = cluster.checks.appliedMax();
        return last > Cluster.FIRST && cluster.nodes.values().stream().allMatch(n -> n.machine.applied() == last);
    }

    private static TestNode leader(Cluster cluster) {
        return cluster.leaders().get(0);
    }

    private static TestNode other(Cluster cluster, TestNode than) {
        return cluster.nodes.values().stream()
                .filter(n -> n != than)
                .findFirst()
                .orElseThrow();
    }

    private static void change(Cluster cluster, TestNode leader, ConfChange change) {
        for (Step step : change.steps()) {
            cluster.nodes.computeIfAbsent(step.replicaId(), id -> {
                TestNode node = new TestNode(cluster, id, cluster.random.fork());
                node.start();
                return node;
            });
        }
        assertThat(leader.propose(EntryType.CONF_CHANGE, change.encode())).isPositive();
    }

    @Test
    void aWriteIsAppliedEverywhereWithinAFewRoundTrips() {
        Cluster cluster = group(3);
        long index = leader(cluster).propose(EntryType.COMMAND, Lab.PAYLOAD);

        runUntil(cluster, 400 * MS, () -> cluster.nodes.values().stream().allMatch(n -> n.machine.applied() >= index));
    }

    @Test
    void rule21_aLeaderThatReachesOnlyABridgeGivesWayToTheConnectedMajority() {
        Cluster cluster = group(5);
        TestNode old = leader(cluster);
        TestNode bridge = other(cluster, old);
        for (TestNode node : cluster.nodes.values()) {
            if (node != old && node != bridge) {
                cluster.cut(old.id, node.id);
                cluster.cut(node.id, old.id);
            }
        }

        runUntil(cluster, 10 * SECOND, () -> cluster.leaders().size() == 1 && leader(cluster) != old);
        long index = leader(cluster).propose(EntryType.COMMAND, Lab.PAYLOAD);
        runUntil(cluster, SECOND, () -> cluster.checks.appliedMax() >= index);
    }

    @Test
    void rule23_aRemovedReplicaThatReturnsDisturbsNobody() {
        Cluster cluster = group(3);
        TestNode leader = leader(cluster);
        TestNode gone = other(cluster, leader);
        cluster.isolate(gone.id);
        change(cluster, leader, ConfChange.remove(gone.id));
        runUntil(cluster, 2 * SECOND, () -> cluster.checks.newest().membership().voters().length == 2);
        cluster.runFor(5 * SECOND);
        long term = leader.raft.term();

        cluster.heal();
        cluster.runFor(20 * SECOND);

        assertThat(cluster.leaders()).containsExactly(leader);
        assertThat(leader.raft.term()).isEqualTo(term);
    }

    @Test
    void rule20_afterAPowerLossEverythingComesBackWithinSeconds() {
        Cluster cluster = group(5);
        long before = cluster.checks.appliedMax();
        cluster.nodes.values().forEach(cluster::crash);
        cluster.nodes.values().forEach(cluster::restart);

        runUntil(cluster, 6 * SECOND, () -> cluster.checks.appliedMax() > before && everybodyHolds(cluster));
    }

    @Test
    void rule88_oneOfTwoRemovesItselfAndTheOtherLeads() {
        Cluster cluster = group(2);
        TestNode leader = leader(cluster);
        TestNode heir = other(cluster, leader);
        change(cluster, leader, ConfChange.remove(leader.id));

        runUntil(
                cluster,
                5 * SECOND,
                () -> heir.isLeader() && heir.raft.membership().voters().length == 1);
        long index = heir.propose(EntryType.COMMAND, Lab.PAYLOAD);
        runUntil(cluster, SECOND, () -> heir.machine.applied() >= index);
    }

    @Test
    void aHandOverUnderLoadTakesAFewRoundTripsAndOneTerm() {
        Cluster cluster = group(3);
        TestNode old = leader(cluster);
        TestNode heir = other(cluster, old);
        long term = old.raft.term();
        for (int i = 0; i < 50; i++) {
            old.propose(EntryType.COMMAND, Lab.PAYLOAD);
        }
        assertThat(old.raft.transferLeader(heir.id, old.clock())).isTrue();
        old.turnSoon();

        runUntil(cluster, 900 * MS, heir::isLeader);
        assertThat(heir.raft.term()).isEqualTo(term + 1);
        assertThat(old.isLeader()).isFalse();
    }

    @Test
    void aReplicaMovesByLearnerSnapshotAndJointChangeEvenTheLeaders() {
        Cluster cluster = group(3);
        TestNode old = leader(cluster);
        for (int i = 0; i < 100; i++) {
            old.propose(EntryType.COMMAND, Lab.PAYLOAD);
        }
        runUntil(cluster, SECOND, () -> everybodyHolds(cluster) && old.machine.applied() > 100);
        for (int i = 0; i < 20; i++) {
            old.flush();
            old.compact();
        }
        change(cluster, old, ConfChange.addLearner(4));
        TestNode fresh = cluster.nodes.get(4L);
        runUntil(cluster, 5 * SECOND, () -> fresh.machine.applied() == old.machine.applied());
        assertThat(fresh.raft.firstIndex()).as("it came by snapshot").isGreaterThan(100);

        change(cluster, old, ConfChange.of(new Step(Op.ADD_VOTER, 4), new Step(Op.ADD_LEARNER, old.id)));
        runUntil(
                cluster,
                5 * SECOND,
                () -> cluster.leaders().size() == 1
                        && leader(cluster) != old
                        && leader(cluster).raft.membership().isLearner(old.id));
        TestNode next = leader(cluster);
        assertThat(next.raft.membership().isJoint()).isFalse();
        change(cluster, next, ConfChange.remove(old.id));
        runUntil(cluster, 2 * SECOND, () -> !next.raft.membership().contains(old.id));
        assertThat(next.raft.membership().replicas()).hasSize(3).contains(4);
    }

    @Test
    void aSplitChildHasALeaderAtOnceEvenIfTheOthersAreNotBornYet() {
        Cluster cluster = new Cluster(7, RaftConfig.defaults(), 1, false);
        cluster.isChaotic = false;
        cluster.delayMaxNanos = 2 * MS;
        cluster.crash(cluster.nodes.get(1L));
        cluster.nodes.clear();
        Machine start = new Machine(5, 5, 1, Membership.of(11, 12, 13));
        for (long id = 11; id <= 13; id++) {
            TestNode node = new TestNode(cluster, id, cluster.random.fork());
            cluster.nodes.put(id, node);
            node.start();
        }
        TestNode first = cluster.nodes.get(11L);
        first.becomeChild(start);
        first.raft.campaign(true, first.clock());
        first.turnSoon();

        runUntil(cluster, 100 * MS, first::isLeader);
        cluster.runFor(50 * MS);
        for (long id = 12; id <= 13; id++) {
            TestNode node = cluster.nodes.get(id);
            if (!node.raft.isInitialized() && node.raft.installing() == 0) {
                node.becomeChild(start);
            }
        }
        runUntil(cluster, 3 * SECOND, () -> everybodyHolds(cluster));
        assertThat(cluster.leaders()).containsExactly(first);
    }

    @Test
    void aQuietGroupSaysNothingButHeartbeats() {
        Cluster cluster = group(3);
        cluster.runFor(SECOND);
        long before = cluster.delivered;
        cluster.runFor(30 * SECOND);
        assertThat(cluster.delivered - before)
                .as("100 rounds to two followers and back")
                .isBetween(396L, 404L);
    }
}
