package dev.cleave.tests.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.tests.simulator.Stage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The main job in four phases, on virtual time: start, split, learners added, migrated. */
class FourPhasesSimulatedTest {
    private final Stage stage = new Stage(11, 5);

    @Test
    void aRegionIsSplitAndItsNewHalfMovesToTwoOtherStores() {
        // Phase 1: one placement driver and three stores make a cluster with one region of three voters.
        stage.startPlacement();
        List.of(1, 2, 3).forEach(stage::startStore);
        RegionView whole = stage.awaitWholeRegions(1).get(0);
        for (int i = 0; i < 100; i++) {
            stage.put("key" + (100 + i), "value" + i);
        }

        // Phase 2: the region is split at a key; the right piece keeps the id, the left one is new.
        OperatorView split =
                stage.carryOut(new PdRequest.SplitRegion(whole.region().id(), List.of(Key.utf8("key150"))));
        assertThat(split.state()).isEqualTo(OperatorView.State.DONE);
        List<RegionView> halves = stage.awaitWholeRegions(2);
        RegionView left = halves.get(0);
        assertThat(left.region().range().endExclusive()).isEqualTo(Key.utf8("key150"));
        assertThat(halves.get(1).region().id()).isEqualTo(whole.region().id());
        assertThat(left.region().epoch().version())
                .isEqualTo(whole.region().epoch().version() + 1);

        // Phases 3 and 4: two more stores join; two replicas of the new region move there, each as a learner first.
        stage.startStore(4);
        stage.startStore(5);
        move(left.region().id(), 1, 4);
        move(left.region().id(), 2, 5);

        RegionView moved = stage.region(left.region().id());
        assertThat(moved.region().peers().stream().map(Peer::storeId))
                .containsExactlyInAnyOrder(stage.storeId(3), stage.storeId(4), stage.storeId(5));
        stage.awaitEqualReplicas();
        assertThat(stage.replicasOn(1)).isEqualTo(1);
        assertThat(stage.replicasOn(2)).isEqualTo(1);
        for (int i = 0; i < 100; i++) {
            assertThat(stage.get("key" + (100 + i))).contains("value" + i);
        }
    }

    private void move(long region, int from, int to) {
        OperatorView move = stage.carryOut(new PdRequest.MigrateRegion(region, stage.storeId(from), stage.storeId(to)));
        assertThat(move.state()).as(move.reason()).isEqualTo(OperatorView.State.DONE);
        assertThat(move.steps()).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void whatWasAcknowledgedIsThereAfterThePowerFailedEverywhere() {
        stage.startPlacement();
        List.of(1, 2, 3, 4, 5).forEach(stage::startStore);
        RegionView whole = stage.awaitWholeRegions(1).get(0);
        for (int i = 0; i < 60; i++) {
            stage.put("p" + (10 + i), "v" + i);
        }
        stage.carryOut(new PdRequest.SplitRegion(whole.region().id(), List.of(Key.utf8("p40"))));
        for (int i = 0; i < 60; i++) {
            stage.put("q" + (10 + i), "w" + i);
            stage.put("o" + (10 + i), "u" + i);
        }

        stage.cutPowerEverywhere();
        stage.startPlacement();
        List.of(1, 2, 3, 4, 5).forEach(stage::startStore);
        stage.awaitWholeRegions(2);

        for (int i = 0; i < 60; i++) {
            assertThat(stage.get("p" + (10 + i))).contains("v" + i);
            assertThat(stage.get("q" + (10 + i))).contains("w" + i);
            assertThat(stage.get("o" + (10 + i))).contains("u" + i);
        }
        stage.awaitEqualReplicas();
    }
}
