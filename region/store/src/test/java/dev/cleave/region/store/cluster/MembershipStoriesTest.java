package dev.cleave.region.store.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.control.FromPlacement.Action;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.replica.GroupStatus;
import dev.cleave.region.replica.ReplicaOptions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replicas come, move and go while something goes wrong; by the numbers of {@code docs/scenarios.md}. */
class MembershipStoriesTest {
    private final TestCluster cluster = new TestCluster(8);

    @BeforeEach
    void threeReplicas() {
        cluster.options = cluster.options.withReplicas(
                new ReplicaOptions(4_096, 256, 64 << 10, 4, 40, 100_000_000L, 2_000_000_000L));
        cluster.threeReplicas();
        for (int i = 0; i < 60; i++) {
            cluster.put("key" + i, "value" + i);
        }
    }

    private void awaitEqual(long store, long other, long region) {
        cluster.until(
                "stores " + store + " and " + other + " hold the same of region " + region,
                30_000,
                () -> cluster.holds(store, region)
                        && cluster.digest(store, region).equals(cluster.digest(other, region)));
    }

    private void awaitGone(long store, long region) {
        cluster.until(
                "store " + store + " holds nothing of region " + region,
                60_000,
                () -> cluster.status(store, region) == null && !cluster.holds(store, region));
    }

    private boolean isSettled(Region region, Peer in, Peer out) {
        return !region.isJoint()
                && region.peer(in.replicaId()).orElseThrow().role() == PeerRole.VOTER
                && region.peer(out.replicaId()).map(Peer::role).orElse(PeerRole.LEARNER) == PeerRole.LEARNER;
    }

    /** Issue: after kill -9 of a leader every region accepts writes again in less than 3 s. */
    @Test
    void scenario2_aRegionTakesWritesAgainSoonAfterItsLeaderDied() {
        cluster.lead(1, 1);
        cluster.put("key1", "before");
        long died = cluster.time.nanos();
        cluster.stores.get(1).crash();

        cluster.until("another one leads", 3_000, () -> cluster.view(1).leaderStore() != 1);
        cluster.put("key1", "after");

        assertThat(cluster.time.nanos() - died).isLessThan(3_000_000_000L);
        assertThat(cluster.get("key1")).isEqualTo("after");
    }

    /** Killed is: the leader (0), the voter that comes (1), the voter that goes (2), a voter of both (3). */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void scenario13_whoeverDiesInAJointConfigurationItIsLeftAndTheRegionServesOn(int who) {
        cluster.addStores(1);
        cluster.lead(1, 1);
        long fresh = cluster.addLearner(1, 4);
        Peer out = cluster.peerOn(1, 3);
        Peer in = cluster.peerOn(1, 4);
        // It is entered on the leader and cannot be left: the others' disks stand still from then on.
        cluster.stores.get(1).agents.hold("apply");
        cluster.placement.order(
                1,
                cluster.region(1).epoch(),
                new Action.ChangePeers(
                        List.of(new Peer(fresh, 4, PeerRole.VOTER), new Peer(out.replicaId(), 3, PeerRole.LEARNER)),
                        List.of()));
        cluster.run(100);
        List.of(2, 3, 4).forEach(store -> cluster.stores.get(store).agents.hold("log"));
        cluster.stores.get(1).agents.release("apply");
        cluster.until(
                "the leader has entered it",
                1_000,
                () -> cluster.status(1, 1).membership().isJoint());

        TestStore dies = cluster.stores.get(List.of(1, 4, 3, 2).get(who));
        dies.crash();
        List.of(2, 3, 4).forEach(store -> cluster.stores.get(store).agents.release("log"));

        cluster.until("it is left", 30_000, () -> {
            Region now = cluster.region(1);
            return isSettled(now, in, out);
        });
        cluster.put("key1", "served by those who are left");
        dies.start(cluster.options);
        awaitEqual(dies.number, dies.number == 2 ? 4 : 2, 1);
        assertThat(cluster.get("key1")).isEqualTo("served by those who are left");
    }

    @Test
    void scenario15_aChangeThatWouldLeaveTooFewIsRefusedInWordsAndCarriedOutAfterTheirReturn() {
        cluster.addStores(1);
        cluster.lead(1, 1);
        long fresh = cluster.addLearner(1, 4);
        cluster.stores.get(3).crash();
        cluster.stores.get(4).crash();
        cluster.until("both are missed", () -> cluster.view(1).downReplicas().size() == 2);
        Action.ChangePeers promote = new Action.ChangePeers(List.of(new Peer(fresh, 4, PeerRole.VOTER)), List.of());

        cluster.placement.order(1, cluster.region(1).epoch(), promote);
        cluster.run(1_000);

        assertThat(cluster.placement.refusals).last().asString().contains("too few of the voters");
        assertThat(cluster.region(1).peer(fresh).orElseThrow().role()).isEqualTo(PeerRole.LEARNER);
        cluster.put("key1", "served by two");
        cluster.stores.get(4).start(cluster.options);
        cluster.change(
                1, promote, "it votes", now -> now.peer(fresh).orElseThrow().isVoter());
        cluster.put("key1", "served by three of four");
    }

    @Test
    void scenario16_anIsolatedLeaderWhoseRegionHasMovedAwayEndsWhenItIsBack() {
        cluster.addStores(2);
        cluster.lead(1, 1);
        Region before = cluster.region(1);
        cluster.isolate(1);
        cluster.until("another one leads", 20_000, () -> cluster.view(1).leaderStore() != 1);
        cluster.addVoter(1, 4);
        cluster.addVoter(1, 5);
        cluster.remove(1, cluster.peerOn(1, 1));
        cluster.lead(1, 4);
        cluster.remove(1, cluster.peerOn(1, 2));
        cluster.remove(1, cluster.peerOn(1, 3));
        cluster.put("key1", "elsewhere");
        awaitGone(2, 1);
        awaitGone(3, 1);
        assertThat(cluster.ask(1, before, new KvCommand.Get(Key.utf8("key1")), 500)
                        .result())
                .as("cut off, it answers nobody")
                .isNull();

        cluster.heal(1);

        awaitGone(1, 1);
        cluster.run(2_000);
        for (int store = 1; store <= 3; store++) {
            assertThat(cluster.stores.get(store).engine.approximateBytes(KeyRange.ALL))
                    .isZero();
        }
        assertThat(cluster.get("key1")).isEqualTo("elsewhere");
        awaitEqual(5, 4, 1);
    }

    @Test
    void scenario17_aReplicaThatWasReplacedWhileItsStoreWasDownGoesAndItsSuccessorIsFed() {
        cluster.lead(1, 1);
        Peer old = cluster.peerOn(1, 3);
        cluster.stores.get(3).crash();
        cluster.remove(1, old);
        long fresh = cluster.placement.nextId();
        cluster.change(
                1,
                new Action.ChangePeers(List.of(new Peer(fresh, 3, PeerRole.LEARNER)), List.of()),
                "its successor is a member",
                now -> now.peer(fresh).isPresent());
        cluster.put("key1", "new");

        cluster.stores.get(3).start(cluster.options);

        cluster.until("the old one has ended", 30_000, () -> cluster.placement.destroyed.contains(old.replicaId()));
        awaitEqual(3, 1, 1);
        assertThat(cluster.status(3, 1).replicaId()).isEqualTo(fresh);
    }

    /** Messages of a member that has missed the end of others reach their tombstones. */
    @Test
    void scenario18_anOldVoteBringsNobodyBack() {
        cluster.addStores(2);
        cluster.lead(1, 1);
        cluster.isolate(3);
        cluster.addVoter(1, 4);
        cluster.addVoter(1, 5);
        cluster.lead(1, 4);
        cluster.remove(1, cluster.peerOn(1, 1));
        cluster.remove(1, cluster.peerOn(1, 2));
        awaitGone(1, 1);
        awaitGone(2, 1);
        long heir = cluster.view(1).term();
        cluster.placement.isDeaf = true;

        cluster.heal(3);
        cluster.run(10_000);

        assertThat(cluster.status(1, 1)).as("it asked them for votes").isNull();
        assertThat(cluster.status(2, 1)).isNull();
        cluster.placement.isDeaf = false;
        cluster.until(
                "it follows those who lead now",
                30_000,
                () -> cluster.holds(3, 1)
                        && cluster.status(3, 1).term() >= heir
                        && cluster.status(3, 1).leaderReplica() != 0);
        awaitEqual(3, 4, 1);
    }

    /** Of four voters one is removed, and the leader dies when that one, but nobody who stays, knows that this is committed. */
    @Test
    void rule23_whoWasRemovedIsThereUntilAQuorumOfThoseWhoStayKnowsIt() {
        cluster.addStores(1);
        cluster.addVoter(1, 4);
        cluster.lead(1, 1);
        Peer goes = cluster.peerOn(1, 2);
        long before = cluster.status(1, 1).lastIndex();
        List.of(2, 4).forEach(store -> cluster.stores.get(store).agents.hold("log"));
        cluster.placement.order(1, cluster.region(1).epoch(), new Action.ChangePeers(List.of(), List.of(goes)));
        cluster.until("one who stays holds it", 500, () -> cluster.status(3, 1).lastIndex() > before);
        cluster.run(20);
        List.of(3L, 4L).forEach(cluster::isolate);
        cluster.stores.get(2).agents.release("log");
        cluster.until("who goes knows it", 500, () -> {
            GroupStatus status = cluster.status(2, 1);
            return status == null || !status.membership().contains(goes.replicaId());
        });

        cluster.stores.get(1).crash();
        cluster.run(5_000);
        cluster.stores.get(4).agents.release("log");
        List.of(3L, 4L).forEach(cluster::heal);

        cluster.until("those who stay serve", 20_000, () -> cluster.view(1).leaderStore() > 2);
        cluster.put("key1", "by those who stay");
        awaitGone(2, 1);
        cluster.stores.get(1).start(cluster.options);
        awaitEqual(1, 3, 1);
        awaitEqual(4, 3, 1);
    }

    /** It never had a descriptor: what it left behind knows no epoch, and must not tell anybody to go. */
    @Test
    void scenario19_whatIsLeftOfAnEmptyReplicaEndsNobody() {
        cluster.addStores(1);
        cluster.lead(1, 1);
        cluster.stores.get(4).agents.hold("storage");
        Peer empty = new Peer(cluster.placement.nextId(), 4, PeerRole.LEARNER);
        cluster.change(
                1,
                new Action.ChangePeers(List.of(empty), List.of()),
                "a learner",
                now -> now.peer(empty.replicaId()).isPresent());
        cluster.until("it waits for a snapshot", () -> cluster.status(4, 1) != null);
        cluster.remove(1, empty);
        cluster.run(500);
        cluster.stores.get(4).agents.release("storage");
        cluster.until("it has ended", 60_000, () -> cluster.placement.destroyed.contains(empty.replicaId()));

        cluster.run(5_000);
        for (long store = 1; store <= 3; store++) {
            assertThat(cluster.holds(store, 1)).isTrue();
        }
        cluster.addVoter(1, 4);
        awaitEqual(4, 1, 1);
        assertThat(cluster.region(1).peers()).hasSize(4);
    }

    @Test
    void scenario62_aReplicaThatMustGoWaitsForWhatItIsApplying() {
        cluster.lead(1, 1);
        Peer old = cluster.peerOn(1, 3);
        TestStore slow = cluster.stores.get(3);
        slow.agents.hold("apply");
        for (int i = 0; i < 20; i++) {
            cluster.put("key" + i, "late");
        }
        cluster.remove(1, old);
        long fresh = cluster.placement.nextId();
        cluster.change(
                1,
                new Action.ChangePeers(List.of(new Peer(fresh, 3, PeerRole.LEARNER)), List.of()),
                "its successor is a member",
                now -> now.peer(fresh).isPresent());
        cluster.run(2_000);
        assertThat(cluster.placement.destroyed).doesNotContain(old.replicaId());

        slow.agents.release("apply");

        cluster.until("the old one has ended", 30_000, () -> cluster.placement.destroyed.contains(old.replicaId()));
        awaitEqual(3, 1, 1);
        assertThat(cluster.status(3, 1).replicaId()).isEqualTo(fresh);
        slow.crash();
        slow.start(cluster.options);
        awaitEqual(3, 1, 1);
    }

    @Test
    void scenario62_aReplicaThatMustGoWaitsForWhatIsNotForced() {
        cluster.lead(1, 1);
        Peer old = cluster.peerOn(1, 3);
        TestStore slow = cluster.stores.get(3);
        slow.agents.hold("log");
        for (int i = 0; i < 20; i++) {
            cluster.put("key" + i, "late");
        }
        cluster.remove(1, old);
        cluster.run(6_000);
        assertThat(cluster.placement.destroyed).doesNotContain(old.replicaId());

        slow.agents.release("log");

        cluster.until("it has ended", 30_000, () -> cluster.placement.destroyed.contains(old.replicaId()));
        assertThat(cluster.holds(3, 1)).isFalse();
        cluster.addVoter(1, 3);
        slow.crash();
        slow.start(cluster.options);
        awaitEqual(3, 1, 1);
    }

    @Test
    void scenario63_whatWasDeletedWhileARegionWasAwayIsNotSeenWhenItComesBack() {
        cluster.addStores(1);
        cluster.lead(1, 1);
        move(3, 4);
        for (int i = 0; i < 30; i++) {
            KvCommand delete = new KvCommand.Delete(Key.utf8("key" + i));
            assertThat(cluster.ask(1, cluster.region(1), delete).error()).isNull();
        }

        move(4, 3);

        cluster.lead(1, 3);
        for (int i = 0; i < 60; i++) {
            assertThat(cluster.get("key" + i)).isEqualTo(i < 30 ? null : "value" + i);
        }
        awaitEqual(3, 1, 1);
        assertThat(cluster.stores.get(4).engine.approximateBytes(KeyRange.ALL)).isZero();
    }

    private void move(long from, long to) {
        Peer old = cluster.peerOn(1, from);
        cluster.addVoter(1, to);
        cluster.remove(1, old);
        awaitGone(from, 1);
    }
}
