package dev.cleave.region.store.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import dev.cleave.region.control.FromPlacement.Action;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.KvReply;
import dev.cleave.region.protocol.KvResult;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stores whose disks fill up and get space again, on virtual time. */
class StoreDiskTest {
    private final TestCluster cluster = new TestCluster(7);

    @BeforeEach
    void threeReplicas() {
        cluster.addStore();
        cluster.awaitRegion(1);
        cluster.addStore();
        cluster.addStore();
        cluster.until("all registered", () -> cluster.placement.stores.size() == 3);
        cluster.run(4_000);
        cluster.addVoter(1, 2);
        cluster.addVoter(1, 3);
        cluster.put("a", "before");
    }

    private TestStore leader() {
        return cluster.stores.get((int) cluster.view(1).leaderStore());
    }

    private KvReply ask(TestStore store, KvCommand command) {
        return cluster.ask(store.number, cluster.region(1), command);
    }

    private static KvCommand put(String key, String value) {
        return new KvCommand.Put(Key.utf8(key), Value.utf8(value));
    }

    private void fillUntilRefused(TestStore store) {
        store.logDisk.fill();
        cluster.run(1_500);
        ask(store, put("x", "notices"));
        cluster.until("the full disk is seen", () -> store.node.status().load().isDiskFull());
    }

    @Test
    void aLeaderWithoutSpaceRefusesPutsInWordsAndServesTheRest() {
        TestStore full = leader();
        fillUntilRefused(full);

        KvReply refused = ask(full, put("a", "too much"));

        assertThat(refused.error().kind()).isEqualTo(KvError.Kind.DISK_FULL);
        assertThat(cluster.get("a")).isEqualTo("before");
        assertThat(ask(full, new KvCommand.Delete(Key.utf8("a"))).result()).isInstanceOf(KvResult.Done.class);
        assertThat(cluster.get("a")).isNull();

        full.logDisk.limit(Long.MAX_VALUE);
        cluster.run(1_500);
        cluster.put("a", "after");
        assertThat(leader()).isSameAs(full);
        assertThat(cluster.get("a")).isEqualTo("after");
    }

    @Test
    void leadershipLeavesAStoreWithoutSpace() {
        TestStore full = leader();
        fillUntilRefused(full);
        long other = full.number % 3 + 1;
        long replica = cluster.region(1).peerOn(other).orElseThrow().replicaId();

        cluster.placement.order(1, cluster.region(1).epoch(), new Action.TransferLeader(replica));
        cluster.until("led elsewhere", () -> leader().number == other);
        cluster.put("a", "after");

        assertThat(cluster.get("a")).isEqualTo("after");
    }

    @Test
    void aFollowerWithoutAnySpaceTakesNoEntriesGoesOnVotingAndCatchesUp() {
        TestStore full = cluster.stores.get(leader().number % 3 + 1);
        // What the log gives back by truncation, others take at once.
        full.logDisk.limit(0);
        String large = "x".repeat(20_000);
        for (int i = 0; i < 60; i++) {
            cluster.put("key" + i, large);
        }
        cluster.run(2_000);
        assertThat(full.failures).isEmpty();
        assertThat(cluster.digest(full.number, 1)).isNotEqualTo(cluster.digest(leader().number, 1));
        int crashed = leader().number;
        int third = 6 - crashed - full.number;
        cluster.stores.get(crashed).crash();
        // It can commit nothing yet, so it reports nothing yet.
        cluster.until(
                "the third leads by the vote of the full one",
                () -> cluster.status(third, 1).isLeader());

        full.logDisk.limit(Long.MAX_VALUE);
        cluster.put("a", "after");

        cluster.until("caught up", () -> cluster.digest(full.number, 1).equals(cluster.digest(leader().number, 1)));
        assertThat(full.failures).isEmpty();
    }

    @Test
    void aLeaderWhoseDiskHangsHandsOverAndThenEndsItsProcess() {
        TestStore hung = leader();
        hung.agents.hold("log");
        long id = cluster.send(hung.number, cluster.region(1), put("a", "in the hang"), 20_000);

        cluster.until("led elsewhere", 8_000, () -> leader() != hung);

        assertThat(hung.failures).isEmpty();
        cluster.put("b", "served by others");
        assertThat(cluster.get("b")).isEqualTo("served by others");
        cluster.until("the process ends", 20_000, () -> !hung.failures.isEmpty());
        assertThat(hung.failures)
                .singleElement()
                .asString()
                .startsWith("replica: ")
                .contains("has not answered for 15");
        assertThat(cluster.reply(id).filter(reply -> reply.result() != null)).isEmpty();
        hung.crash();
        hung.failures.clear();
        hung.start(cluster.options);
        cluster.until("caught up", () -> cluster.digest(hung.number, 1).equals(cluster.digest(leader().number, 1)));
    }

    @Test
    void aDiskThatHangsForLessThanAnElectionTimeoutChangesNothing() {
        TestStore slow = leader();
        slow.agents.hold("log");
        cluster.send(slow.number, cluster.region(1), put("a", "slow"), 20_000);
        cluster.run(900);

        slow.agents.release("log");
        cluster.put("b", "on");

        assertThat(leader()).isSameAs(slow);
        assertThat(cluster.get("a")).isEqualTo("slow");
        assertThat(slow.failures).isEmpty();
    }

    /** The log's budget, what one roll and one cleaning lag behind, and the reserve. */
    private static final long LOG_BYTES_MAX = TestStore.LOG.diskBytesMax() + 3L * TestStore.LOG.segmentBytes();

    private void putMany(int count, String prefix) {
        String large = "x".repeat(10_000);
        for (int i = 0; i < count; i++) {
            cluster.put(prefix + i % 20, large);
            for (TestStore store : cluster.stores.values()) {
                if (store.isUp()) {
                    assertThat(store.node.status().load().logBytes())
                            .as("log of store %s after %s puts", store.number, i)
                            .isLessThanOrEqualTo(LOG_BYTES_MAX);
                }
            }
            cluster.run(40);
        }
    }

    @Test
    void aDeadFollowerDoesNotMakeTheLogGrowBeyondItsBudgetAndComesBackBySnapshot() {
        TestStore dead = cluster.stores.get(leader().number % 3 + 1);
        dead.crash();

        putMany(600, "k");

        dead.start(cluster.options);
        cluster.until("caught up", () -> cluster.digest(dead.number, 1).equals(cluster.digest(leader().number, 1)));
        putMany(50, "k");
        cluster.until("keeps up", () -> cluster.digest(dead.number, 1).equals(cluster.digest(leader().number, 1)));
    }

    @Test
    void manyColdRegionsDoNotKeepOldSegmentsAlive() {
        for (int i = 11; i < 41; i++) {
            long child = cluster.placement.split(1, "c" + i).get(0);
            cluster.until("child " + i, () -> cluster.view(child) != null);
            cluster.put("c" + i, "cold");
        }

        putMany(600, "k");

        cluster.stores.values().forEach(TestStore::crash);
        cluster.stores.values().forEach(store -> store.start(cluster.options));
        cluster.run(5_000);
        for (int i = 11; i < 41; i++) {
            assertThat(cluster.get("c" + i)).isEqualTo("cold");
        }
    }
}
