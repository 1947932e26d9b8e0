package dev.cleave.region.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.region.raft.RaftMessage.Type;
import org.junit.jupiter.api.Test;

/** Disks and hosts that stand still for a while. A leader whose disk is stuck could go on beating, and nobody would be served. */
class StallsTest {
    @Test
    void rule22_aLeaderWithAStalledDiskHandsOverToWhoeverHoldsMost() {
        Lab lab = Lab.leader(5).committed();
        lab.diskIsHeld = true;
        long index = lab.propose();
        lab.receive(lab.ack(3, index));

        passAnswered(lab, 1_900);
        assertThat(lab.raft.role()).isEqualTo(Role.LEADER);
        lab.sent.clear();
        passAnswered(lab, 400);

        assertThat(lab.raft.role()).isEqualTo(Role.FOLLOWER);
        assertThat(lab.takeOne(Type.TIMEOUT_NOW).to).isEqualTo(3);
    }

    @Test
    void aDiskThatIsSlowButGetsThingsDoneKeepsItsLeader() {
        Lab lab = Lab.leader(5).committed();
        lab.diskIsHeld = true;
        for (int i = 0; i < 5; i++) {
            lab.propose();
            passAnswered(lab, 1_500);
            lab.force();
        }
        passAnswered(lab, 5_000);

        assertThat(lab.raft.role()).isEqualTo(Role.LEADER);
    }

    @Test
    void whoCouldHandOverToNobodyGoesOn() {
        Lab lab = new Lab(1, Membership.of(1), 5);
        lab.timeOut();
        lab.diskIsHeld = true;
        lab.propose();

        lab.pass(10_000);

        assertThat(lab.raft.role()).isEqualTo(Role.LEADER);
    }

    @Test
    void rule22_aNewLeaderTakesOverWhileTheOldDiskIsStuck() {
        Cluster cluster = new Cluster(7, RaftConfig.defaults(), 3, false);
        cluster.isChaotic = false;
        cluster.delayMaxNanos = 2 * Lab.MS;
        cluster.runFor(4_000 * Lab.MS);
        TestNode old = cluster.leaders().get(0);

        old.diskStallUntil = cluster.now + 30_000 * Lab.MS;
        cluster.runFor(100 * Lab.MS);
        cluster.proposeSomething();
        cluster.runFor(4_000 * Lab.MS);

        assertThat(cluster.leaders()).hasSize(1).doesNotContain(old);
        long before = cluster.checks.appliedMax();
        cluster.proposeSomething();
        cluster.runFor(1_000 * Lab.MS);
        assertThat(cluster.checks.appliedMax()).isGreaterThan(before);
    }

    @Test
    void rule116_aHostThatWasStoppedForLongCampaignsOnceNotForEachTimeoutMissed() {
        Lab lab = Lab.follower(6);
        lab.now += 60_000 * Lab.MS;

        for (int i = 0; i < 5; i++) {
            lab.raft.onTime(lab.now);
            lab.settle();
        }

        assertThat(lab.take(Type.PRE_VOTE)).as("one to each of the others").hasSize(2);
        assertThat(lab.raft.nextDeadlineNanos()).isGreaterThan(lab.now);
    }

    /** Time passes, and the others answer heartbeats. */
    private static void passAnswered(Lab lab, long millis) {
        for (long passed = 0; passed < millis; passed += 100) {
            lab.pass(100);
            if (lab.raft.role() == Role.LEADER) {
                lab.receive(lab.pulse(2, 0));
                lab.receive(lab.pulse(3, 0));
            }
        }
    }
}
