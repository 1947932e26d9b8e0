package dev.cleave.tests.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.tests.simulator.Stage;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two of three stores are lost for good while the third lags, on virtual time and before the eyes of the simulator's referee. Only what was acknowledged behind the end
 * of the log that is left may be lost; whatever dies meanwhile, nothing else is.
 */
class LostMajoritySimulatedTest {
    private static final int KEYS = 40;

    private PdReply.Recovery recover(Stage stage, Set<Long> lost, boolean isForReal) {
        for (int attempt = 0; attempt < 60; attempt++) {
            PdReply reply = stage.ask(new PdRequest.RecoverRegions(List.copyOf(lost), isForReal));
            if (reply instanceof PdReply.Recovery recovery) {
                return recovery;
            }
            stage.pass(1_000);
        }
        throw new AssertionError("never accepted");
    }

    private static int numberOf(Stage stage, long storeId) {
        for (int number = 1; number <= 5; number++) {
            if (stage.storeId(number) == storeId) {
                return number;
            }
        }
        throw new AssertionError("no such store");
    }

    @ParameterizedTest
    @ValueSource(longs = {701, 702, 703, 704, 705, 706, 707, 708})
    void scenario72_onlyWhatTheLostOnesAloneHeldIsLost(long seed) {
        Stage stage = new Stage(seed, 5);
        stage.startPlacement();
        List.of(1, 2, 3, 4, 5).forEach(stage::startStore);
        RegionView whole = stage.awaitWholeRegions(1).get(0);
        for (int i = 0; i < KEYS; i++) {
            stage.put("key" + (10 + i), "before");
        }
        stage.carryOut(new PdRequest.SplitRegion(whole.region().id(), List.of(Key.utf8("key30"))));
        stage.awaitWholeRegions(2);
        stage.awaitEqualReplicas();
        List<Long> homes =
                whole.region().peers().stream().map(Peer::storeId).sorted().toList();
        int left = numberOf(stage, homes.get((int) (seed % 3)));
        Set<Long> lost = new TreeSet<>(homes);
        lost.remove(stage.storeId(left));

        // The one that will be left misses what comes now, if anything does.
        if (seed % 2 == 0) {
            stage.cutOffStore(left);
        }
        for (int i = 0; i < KEYS / 2; i++) {
            stage.putOnceOrMore("key" + (20 + i), "behind");
        }
        lost.forEach(store -> stage.killStore(numberOf(stage, store)));
        stage.heal();

        PdReply.Recovery told = recover(stage, lost, false);
        assertThat(told.regions()).hasSize(2).allMatch(region -> region.storeId() == stage.storeId(left));
        stage.mayBeLost(told.regions(), lost);
        assertThat(recover(stage, lost, true).isBegun()).isTrue();
        stage.pass(seed % 5 * 7);
        if (seed % 4 < 2) {
            stage.killStore(left);
            stage.pass(300);
            stage.startStore(left);
        }
        if (seed % 4 > 0) {
            stage.killPlacement();
            stage.pass(300);
            stage.startPlacement();
            // What is left to do is done when the command is given again, and not before.
            while (!recover(stage, lost, true).regions().isEmpty()) {
                stage.pass(1_000);
            }
        }

        stage.awaitWholeRegions(2);
        stage.awaitEqualReplicas();
        for (int i = 0; i < KEYS; i++) {
            boolean isOverwritten = i >= 10 && i < 10 + KEYS / 2;
            String value = stage.get("key" + (10 + i)).orElseThrow();
            if (isOverwritten && seed % 2 == 0) {
                assertThat(value).isIn("before", "behind");
            } else {
                assertThat(value).isEqualTo(isOverwritten ? "behind" : "before");
            }
            stage.put("key" + (10 + i), "after");
        }
        for (int i = 0; i < KEYS; i++) {
            assertThat(stage.get("key" + (10 + i))).contains("after");
        }
    }
}
