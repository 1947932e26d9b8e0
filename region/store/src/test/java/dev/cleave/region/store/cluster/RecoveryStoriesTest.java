package dev.cleave.region.store.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.region.control.FromPlacement.Recover;
import dev.cleave.region.control.FromPlacement.TellReplicas;
import dev.cleave.region.control.ToPlacement.ReplicaState;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.Region;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Scenario 72 as stores live it: a majority is lost, and the placement driver tells who shall go on. */
class RecoveryStoriesTest {
    private final TestCluster cluster = new TestCluster(23);

    @BeforeEach
    void threeReplicas() {
        cluster.threeReplicas();
        for (int i = 0; i < 30; i++) {
            cluster.put("key" + i, "value" + i);
        }
        cluster.run(1_000);
    }

    private List<Long> replicasOn(long... stores) {
        return java.util.Arrays.stream(stores)
                .mapToObj(store -> cluster.peerOn(1, store).replicaId())
                .toList();
    }

    /** Orders as the placement driver does: again and again. */
    private void recover(long store, List<Long> lost, int millis) {
        long replica = cluster.peerOn(1, store).replicaId();
        for (int waited = 0; waited < millis; waited += 500) {
            if (cluster.stores.get((int) store).isUp()) {
                cluster.placement.tell(store, new Recover(1, replica, lost));
            }
            cluster.run(500);
        }
    }

    @Test
    void scenario72_oneOfThreeServesWithAllThatItHeldAndGrowsAgain() {
        List<Long> lost = replicasOn(1, 2);
        cluster.stores.get(1).crash();
        cluster.stores.get(2).crash();
        cluster.run(3_000);

        recover(3, lost, 3_000);

        assertThat(cluster.region(1).peers()).extracting(Peer::storeId).containsExactly(3L);
        for (int i = 0; i < 30; i++) {
            assertThat(cluster.get("key" + i)).isEqualTo("value" + i);
        }
        cluster.put("key0", "after");
        cluster.addStores(2);
        cluster.addVoter(1, 4);
        cluster.addVoter(1, 5);
        cluster.until("equal", () -> cluster.digest(5, 1).equals(cluster.digest(3, 1)));
    }

    /** It dies after it was elected alone, and after it was struck out: each time the order is simply repeated. */
    @Test
    void scenario72_theSurvivorMayDieAtAnyStepOfIt() {
        List<Long> lost = replicasOn(1, 2);
        cluster.stores.get(1).crash();
        cluster.stores.get(2).crash();
        TestStore survivor = cluster.stores.get(3);
        for (int millis : List.of(0, 5, 50, 300, 1_200, 1_600)) {
            cluster.run(3_000);
            cluster.placement.tell(3, new Recover(1, cluster.peerOn(1, 3).replicaId(), lost));
            cluster.run(millis);
            survivor.crash();
            survivor.start(cluster.options);
        }
        cluster.run(3_000);

        recover(3, lost, 3_000);

        assertThat(cluster.region(1).peers()).extracting(Peer::storeId).containsExactly(3L);
        cluster.put("key0", "after");
        assertThat(cluster.get("key29")).isEqualTo("value29");
    }

    @Test
    void scenario72_ofFiveTwoAreLeftAndTheOneWithTheNewerLogLeads() {
        cluster.addStores(2);
        cluster.addVoter(1, 4);
        cluster.addVoter(1, 5);
        cluster.lead(1, 1);
        cluster.stores.get(5).crash();
        cluster.put("key0", "not known to 5");
        cluster.run(500);
        List<Long> lost = replicasOn(1, 2, 3);
        List.of(1, 2, 3).forEach(store -> cluster.stores.get(store).crash());
        cluster.stores.get(5).start(cluster.options);
        cluster.run(3_000);

        recover(4, lost, 5_000);

        assertThat(cluster.region(1).peers()).extracting(Peer::storeId).containsExactlyInAnyOrder(4L, 5L);
        assertThat(cluster.get("key0")).isEqualTo("not known to 5");
        cluster.until("equal", () -> cluster.digest(5, 1).equals(cluster.digest(4, 1)));
    }

    @Test
    void whoHasAQuorumRefusesWhoeverIsTold() {
        Region before = cluster.region(1);
        cluster.lead(1, 1);

        recover(1, replicasOn(2, 3), 2_000);
        recover(2, replicasOn(1, 3), 5_000);

        assertThat(cluster.region(1).peers()).isEqualTo(before.peers());
        assertThat(cluster.view(1).leaderStore()).isEqualTo(1);
        cluster.put("key0", "as ever");
    }

    @Test
    void aStoreTellsWhereEachOfItsReplicasStands() {
        long child = cluster.placement.split(1, "key2").get(0);
        cluster.until("the child is reported", () -> cluster.view(child) != null);
        cluster.run(1_000);

        cluster.placement.tell(2, new TellReplicas(7));
        cluster.until("it has told", () -> !cluster.placement.replicas.isEmpty());

        assertThat(cluster.placement.replicas.get(0).isLast()).isTrue();
        assertThat(cluster.placement.replicas.get(0).replicas())
                .extracting(state -> state.region().id())
                .containsExactlyInAnyOrder(1L, child);
        assertThat(cluster.placement.replicas.get(0).replicas())
                .allMatch(state -> state.lastIndex() >= state.commitIndex() && state.lastTerm() >= 5)
                .extracting(ReplicaState::replicaId)
                .contains(cluster.peerOn(1, 2).replicaId());
    }
}
