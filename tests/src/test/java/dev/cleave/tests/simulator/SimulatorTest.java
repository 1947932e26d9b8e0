package dev.cleave.tests.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Seeds of the whole cluster under the nemesis. A seed that fails is shrunk, and the command that replays it is printed. */
class SimulatorTest {
    /** rules: 75 */
    @Test
    void twoHundredSeedsOfTroubleKeepEveryPromise() throws Exception {
        assertThat(run(1, 200, 30).violations()).isZero();
    }

    /** In parts, if wanted: {@code -Dcleave.simulator.from=1001 -Dcleave.simulator.seeds=500}. */
    @Test
    @Tag("long")
    void fiveThousandSeedsOfTroubleKeepEveryPromise() throws Exception {
        long from = Long.getLong("cleave.simulator.from", 1_001);
        long seeds = Long.getLong("cleave.simulator.seeds", 5_000);

        assertThat(run(from, from + seeds - 1, 30).violations()).isZero();
    }

    /** The figures are left in the room's build directory. */
    private static Tally run(long from, long to, int seconds) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Path summary = Path.of("target", "simulator-" + from + "-" + to + ".json");
        return Simulate.run(SimulateOptions.of(from, to, seconds).withSummary(summary), out);
    }
}
