package dev.cleave.region.store.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import dev.cleave.engine.kv.KvBatch;
import dev.cleave.engine.kv.KvEngine.Family;
import dev.cleave.region.control.FromPlacement;
import dev.cleave.region.control.FromPlacement.Action;
import dev.cleave.region.control.ToPlacement.Digested;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.store.state.DataKeys;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Replicas are compared while they serve. */
class CheckStoriesTest {
    private final TestCluster cluster = new TestCluster(12);

    @BeforeEach
    void threeReplicas() {
        cluster.threeReplicas();
        for (int i = 0; i < 30; i++) {
            cluster.put("key" + i, "value" + i);
        }
    }

    private List<Digested> check(long id) {
        cluster.placement.order(1, cluster.region(1).epoch(), new Action.Check(id));
        cluster.until("all have told", 5_000, () -> of(id).size() == 3);
        return of(id);
    }

    private List<Digested> of(long id) {
        return cluster.placement.digests.stream()
                .filter(digest -> digest.checkId() == id)
                .collect(Collectors.toList());
    }

    @Test
    void allReplicasTellTheSameAtTheSameIndexThoughTheirApplicationLagsAndWritesGoOn() {
        TestStore slow = cluster.stores.get(3);
        slow.agents.hold("apply");
        cluster.placement.order(1, cluster.region(1).epoch(), new Action.Check(9));
        cluster.run(50);
        long late = cluster.send(
                cluster.view(1).leaderStore(),
                cluster.region(1),
                new KvCommand.Put(Key.utf8("late"), Value.utf8("v")),
                5_000);
        cluster.run(500);
        slow.agents.release("apply");

        cluster.until("all have told", 5_000, () -> of(9).size() == 3);

        assertThat(cluster.reply(late)).isPresent();
        assertThat(of(9)).extracting(Digested::index).containsOnly(of(9).get(0).index());
        assertThat(of(9)).extracting(Digested::keys).containsOnly(30L);
        assertThat(of(9))
                .extracting(Digested::checksum)
                .containsOnly(of(9).get(0).checksum());
    }

    @Test
    void scenario73_aChangedValueIsFoundAndTheReplicaIsRebuiltUnderAnotherIdWhileTheOthersServe() {
        TestStore rotten = cluster.stores.get(3);
        cluster.until("all is applied", () -> cluster.digest(3, 1).equals(cluster.digest(1, 1)));
        KvBatch rot = rotten.engine.newBatch();
        rot.put(Family.DATA, DataKeys.toData(Key.utf8("key7")), DataKeys.toStored(Value.utf8("value_")));
        rotten.engine.write(rot);
        Peer old = cluster.region(1).peerOn(3).orElseThrow();

        List<Digested> told = check(9);

        assertThat(told.stream().map(Digested::checksum).distinct()).hasSize(2);
        assertThat(told)
                .filteredOn(digest -> digest.replicaId() != old.replicaId())
                .extracting(Digested::checksum)
                .containsOnly(told.stream()
                        .filter(digest -> digest.storeId() == 1)
                        .findFirst()
                        .orElseThrow()
                        .checksum());
        cluster.placement.tell(3, new FromPlacement.PutAside(1, old.replicaId(), "it differs"));
        cluster.until("its end is told", () -> cluster.placement.destroyed.contains(old.replicaId()));
        assertThat(cluster.holds(3, 1)).isFalse();
        cluster.put("key8", "served by two");
        cluster.placement.order(1, cluster.region(1).epoch(), new Action.ChangePeers(List.of(), List.of(old)));
        cluster.until(
                "it has left", () -> cluster.region(1).peer(old.replicaId()).isEmpty());
        cluster.addVoter(1, 3);
        cluster.run(500);

        assertThat(check(10))
                .extracting(Digested::checksum)
                .containsOnly(of(10).get(0).checksum());
    }

    @Test
    void anOrderForAnotherReplicaEndsNobody() {
        cluster.placement.tell(3, new FromPlacement.PutAside(1, 4711, "it differs"));
        cluster.run(1_000);

        assertThat(cluster.holds(3, 1)).isTrue();
    }
}
