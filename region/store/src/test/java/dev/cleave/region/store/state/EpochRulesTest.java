package dev.cleave.region.store.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.region.protocol.Epoch;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EpochRulesTest {
    /** Rows may be added. Changing one lets replicas of different builds judge the same entry differently. */
    @Test
    void theTableIsFrozen() {
        String table = Arrays.stream(EpochRules.values())
                .map(rule -> rule + " " + (rule.checksVersion() ? 'v' : '-') + (rule.checksConfVersion() ? 'c' : '-')
                        + " -> " + (rule.movesVersion() ? 'v' : '-') + (rule.movesConfVersion() ? 'c' : '-'))
                .collect(Collectors.joining("\n"));

        assertThat(table).isEqualTo("""
                        DATA v- -> --
                        NOOP -- -> --
                        CHANGE_PEERS -c -> -c
                        LEAVE_JOINT -- -> -c
                        SPLIT vc -> v-
                        CHECK -- -> --
                        RECOVER -c -> -c
                        SWEEP -- -> --""");
    }

    @Test
    void equalityIsStrictInBothDirections() {
        Epoch now = new Epoch(5, 7);

        assertThat(EpochRules.DATA.admits(new Epoch(1, 7), now)).isTrue();
        assertThat(EpochRules.DATA.admits(new Epoch(5, 6), now)).isFalse();
        assertThat(EpochRules.DATA.admits(new Epoch(5, 8), now)).isFalse();
        assertThat(EpochRules.CHANGE_PEERS.admits(new Epoch(5, 1), now)).isTrue();
        assertThat(EpochRules.CHANGE_PEERS.admits(new Epoch(6, 7), now)).isFalse();
        assertThat(EpochRules.SPLIT.admits(new Epoch(4, 7), now)).isFalse();
        assertThat(EpochRules.SPLIT.after(now, 3)).isEqualTo(new Epoch(5, 10));
        assertThat(EpochRules.CHANGE_PEERS.after(now, 2)).isEqualTo(new Epoch(7, 7));
    }
}
