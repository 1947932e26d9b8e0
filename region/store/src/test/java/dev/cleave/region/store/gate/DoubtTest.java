package dev.cleave.region.store.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DoubtTest {
    private final Doubt doubt = new Doubt();

    @Test
    void whatSucceedsIsAlwaysTried() {
        for (int i = 0; i < 10; i++) {
            assertThat(passedBeforeATry()).isZero();
            doubt.tried(true);
        }
    }

    @Test
    void eachFailureLetsTwiceAsManyTurnsPassUpToABoundAndASuccessNone() {
        for (int passed : new int[] {0, 1, 2, 4, 8, 16, 32, 64, 64}) {
            assertThat(passedBeforeATry()).isEqualTo(passed);
            doubt.tried(false);
        }
        passedBeforeATry();
        doubt.tried(true);
        assertThat(passedBeforeATry()).isZero();
        doubt.tried(false);
        assertThat(passedBeforeATry()).isEqualTo(1);
    }

    private int passedBeforeATry() {
        int passed = 0;
        while (!doubt.isWorthTrying()) {
            passed++;
        }
        return passed;
    }
}
