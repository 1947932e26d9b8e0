package dev.cleave.placement.server.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.placement.server.plan.Views;
import dev.cleave.region.control.ToPlacement.ReplicaState;
import dev.cleave.region.protocol.RecoveredRegion;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LossPlanTest {
    /** Told: replica@term/last each; led by: the replica that shall lead, 0 for nobody, - if the region has its majority. */
    @ParameterizedTest
    @CsvSource({
        "1:11V 2:12V 3:13V,            2 3,   11@6/100,            11, 12 13",
        "1:11V 2:12V 3:13V,            3,     11@6/100 12@6/100,   -,  ''",
        "1:11V 2:12V 3:13V 4:14V 5:15V,3 4 5, 11@6/100 12@6/99,    11, 13 14 15",
        "1:11V 2:12V 3:13V 4:14V 5:15V,3 4 5, 11@6/100 12@7/50,    12, 13 14 15",
        "1:11V 2:12V 3:13V 4:14V,      3 4,   11@6/9 12@6/9,       12, 13 14",
        "1:11L 2:12V 3:13V 4:14V,      2 3 4, 11@6/9,              0,  12 13 14",
        "1:11V 2:12D 3:13V 4:14I,      2 3,   11@6/9 14@6/9,       14, 12 13",
        "1:11V 2:12D 3:13V 4:14I,      2,     11@6/9 13@6/9 14@6/9,-,  ''",
    })
    void theNewestLogOfTheVotersThatAreLeftLeads(
            String peers, String lostStores, String told, String heir, String lost) {
        Set<Long> stores = new TreeSet<>();
        for (String store : lostStores.split(" ")) {
            stores.add(Long.parseLong(store));
        }
        List<ReplicaState> states = new ArrayList<>();
        for (String word : told.split(" ")) {
            String[] parts = word.split("[@/]");
            states.add(state(peers, Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2])));
        }

        LossPlan plan = LossPlan.of(states, stores);

        if (heir.equals("-")) {
            assertThat(plan.regions()).isEmpty();
        } else {
            assertThat(plan.regions()).extracting(RecoveredRegion::replicaId).containsExactly(Long.parseLong(heir));
            assertThat(plan.lost().get(Views.REGION).stream()
                            .map(String::valueOf)
                            .collect(Collectors.joining(" ")))
                    .isEqualTo(lost);
        }
        assertThat(plan.holes()).isEmpty();
    }

    @Test
    void whatMayBeLostIsToldInWords() {
        RecoveredRegion region = LossPlan.of(List.of(state("1:11V 2:12V 3:13V", 11, 6, 105)), Set.of(2L, 3L))
                .regions()
                .get(0);

        assertThat(region.text())
                .contains("behind index 105 is lost")
                .contains("5 entries")
                .contains("acknowledged in their place is lost");
        assertThat(region.commitIndex()).isEqualTo(100);
    }

    @Test
    void aNewerDescriptorCountsAndKeysWithoutAnyReplicaAreNamed() {
        List<ReplicaState> told = List.of(
                state("r7 1:11V 2:12V 3:13V e1/1 [,m]", 11, 6, 100),
                state("r7 4:14V 5:15V 1:11V e5/1 [,m]", 14, 6, 90),
                state("r8 4:24V [t,]", 24, 6, 50));

        LossPlan plan = LossPlan.of(told, Set.of(2L, 3L));

        assertThat(plan.regions()).isEmpty();
        assertThat(plan.holes()).containsExactly("no replica is left of the keys from m to t");
    }

    private static ReplicaState state(String peers, long replica, long lastTerm, long last) {
        return new ReplicaState(Views.region(peers), replica, lastTerm, lastTerm, last, Math.min(100, last), 0);
    }
}
