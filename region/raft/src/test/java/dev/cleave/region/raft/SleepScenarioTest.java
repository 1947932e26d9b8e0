package dev.cleave.region.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** A group of three falls asleep, and what wakes it: with beats from host to host, on virtual time. */
class SleepScenarioTest {
    private static final long MS = 1_000_000L;
    private static final long SECOND = 1000 * MS;

    private static Cluster sleeping() {
        Cluster cluster = new Cluster(42, RaftConfig.defaults(), 3, true);
        cluster.isChaotic = false;
        cluster.delayMaxNanos = 2 * MS;
        runUntil(cluster, 10 * SECOND, () -> isAllAsleep(cluster));
        return cluster;
    }

    private static boolean isAllAsleep(Cluster cluster) {
        return cluster.leaders().size() == 1 && cluster.nodes.values().stream().allMatch(node -> node.raft.isAsleep());
    }

    private static void runUntil(Cluster cluster, long withinNanos, BooleanSupplier isTrue) {
        long end = cluster.now + withinNanos;
        while (!isTrue.getAsBoolean() && cluster.now < end) {
            cluster.runFor(MS);
        }
        assertThat(isTrue.getAsBoolean())
                .as("within " + withinNanos / MS + " ms\n"
                        + String.join(
                                "\n",
                                cluster.trace.subList(Math.max(0, cluster.trace.size() - 30), cluster.trace.size())))
                .isTrue();
    }

    private static boolean everybodyHolds(Cluster cluster, long index) {
        return cluster.nodes.values().stream().allMatch(node -> node.isUp && node.machine.applied() >= index);
    }

    private static TestNode leader(Cluster cluster) {
        return cluster.leaders().get(0);
    }

    private static TestNode follower(Cluster cluster) {
        return cluster.nodes.values().stream()
                .filter(node -> !node.isLeader())
                .findFirst()
                .orElseThrow();
    }

    private static long write(Cluster cluster) {
        return leader(cluster).propose(EntryType.COMMAND, new byte[9]);
    }

    @Test
    void anIdleGroupSaysNothingAndServesAtOnceWhenAsked() {
        Cluster cluster = sleeping();
        long before = cluster.delivered;
        cluster.runFor(600 * SECOND);
        assertThat(cluster.delivered).isEqualTo(before);

        long index = write(cluster);

        runUntil(cluster, 100 * MS, () -> everybodyHolds(cluster, index));
        runUntil(cluster, 10 * SECOND, () -> isAllAsleep(cluster));
    }

    @Test
    void rule108_aLeaderCutOffInItsSleepIsReplacedAndFollowsWhenItIsBack() {
        Cluster cluster = sleeping();
        TestNode old = leader(cluster);
        cluster.isolate(old.id);

        runUntil(cluster, 4 * SECOND, () -> cluster.leaders().stream().anyMatch(node -> node != old));
        runUntil(cluster, 4 * SECOND, () -> !old.isLeader());
        long index = write(cluster);
        cluster.heal();

        runUntil(cluster, 4 * SECOND, () -> everybodyHolds(cluster, index));
        runUntil(cluster, 20 * SECOND, () -> isAllAsleep(cluster));
    }

    @Test
    void aLeaderThatRestartsFasterThanItsSilenceIsNoticedIsReplaced() {
        Cluster cluster = sleeping();
        TestNode old = leader(cluster);
        cluster.crash(old);
        cluster.runFor(50 * MS);
        cluster.restart(old);

        runUntil(cluster, 4 * SECOND, () -> cluster.leaders().size() == 1);
        long index = write(cluster);
        runUntil(cluster, SECOND, () -> everybodyHolds(cluster, index));
    }

    @Test
    void aFollowerThatNoLongerHearsItsLeaderWakesTheGroupButDeposesNobody() {
        Cluster cluster = sleeping();
        TestNode leader = leader(cluster);
        long term = leader.raft.term();
        TestNode deaf = follower(cluster);
        cluster.cut(leader.id, deaf.id);
        cluster.cut(deaf.id, leader.id);

        runUntil(cluster, 4 * SECOND, () -> !deaf.raft.isAsleep());
        cluster.runFor(10 * SECOND);
        assertThat(leader.isLeader()).isTrue();
        assertThat(leader.raft.term()).isEqualTo(term);
        assertThat(leader.raft.isAsleep()).isFalse();
        cluster.heal();

        runUntil(cluster, 20 * SECOND, () -> isAllAsleep(cluster));
    }

    @Test
    void theAgreementMayBeLostAtEachStep() {
        for (int lost = 0; lost < 4; lost++) {
            Cluster cluster = new Cluster(42 + lost, RaftConfig.defaults(), 3, true);
            cluster.isChaotic = false;
            cluster.delayMaxNanos = 2 * MS;
            runUntil(cluster, 5 * SECOND, () -> cluster.leaders().size() == 1);
            TestNode leader = leader(cluster);
            TestNode one = follower(cluster);
            long from = lost < 2 ? leader.id : one.id;
            long to = lost < 2 ? one.id : leader.id;
            // The question or the answer is lost; in the odd cases only after somebody sleeps already.
            runUntil(cluster, 10 * SECOND, () -> one.raft.isAsleep() || cluster.now > 5_600 * MS);
            cluster.cut(from, to);
            cluster.runFor(400 * MS);
            cluster.heal();

            runUntil(cluster, 20 * SECOND, () -> isAllAsleep(cluster));
            long index = write(cluster);
            runUntil(cluster, SECOND, () -> everybodyHolds(cluster, index));
        }
    }

    @Test
    void rule109_aDeadFollowerLetsTheOthersSleepAndIsFedWhenItIsBack() {
        Cluster cluster = sleeping();
        TestNode dead = follower(cluster);
        cluster.crash(dead);
        long index = write(cluster);
        runUntil(
                cluster,
                40 * SECOND,
                () -> cluster.nodes.values().stream().filter(node -> node.isUp).allMatch(node -> node.raft.isAsleep()));
        long before = cluster.delivered;
        cluster.runFor(60 * SECOND);
        assertThat(cluster.delivered).isEqualTo(before);

        cluster.restart(dead);

        runUntil(cluster, 3 * SECOND, () -> everybodyHolds(cluster, index));
        assertThat(cluster.leaders()).hasSize(1);
    }
}
