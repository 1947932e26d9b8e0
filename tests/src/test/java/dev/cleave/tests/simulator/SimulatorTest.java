package dev.cleave.tests.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Seeds of the whole cluster under the nemesis. A seed that fails is replayed by {@code bin/simulate --seeds N --trace}. */
class SimulatorTest {
    @Test
    void theSameSeedHappensTheSameWayTwice() {
        Run.Result once = new Run(7, 8).go();
        Run.Result again = new Run(7, 8).go();

        assertThat(again.hash()).isEqualTo(once.hash());
        assertThat(again.events()).isEqualTo(once.events());
        assertThat(again.operations()).isEqualTo(once.operations());
        assertThat(again.done()).isEqualTo(once.done());
        assertThat(again.sometimes()).isEqualTo(once.sometimes());
    }

    @Test
    void otherSeedsHappenOtherwise() {
        assertThat(new Run(8, 3).go().hash()).isNotEqualTo(new Run(9, 3).go().hash());
    }

    /** rules: 75 */
    @Test
    void sixtySeedsOfCrashesCutsSplitsAndMovesKeepEveryPromise() throws Exception {
        Tally batch = run(1, 60, 20);

        assertThat(batch.violations()).as(batch::toString).isZero();
    }

    @Test
    @Tag("long")
    void aThousandSeedsKeepEveryPromise() throws Exception {
        assertThat(run(1_000, 2_000, 30).violations()).isZero();
    }

    private static Tally run(long from, long to, int seconds) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        return Simulate.run(SimulateOptions.of(from, to, seconds), out);
    }
}
