package dev.cleave.tests.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Seeds of the whole cluster under the nemesis. A seed that fails is replayed by {@code bin/simulate --seeds N --trace}. */
class SimulatorTest {
    /** Paths that are rare outside, and that a batch of seeds must have taken: otherwise it proves nothing about them. */
    private static final List<String> PATHS = List.of(
            "born-before-its-split",
            "learner-promoted",
            "log-conflict-truncated",
            "log-of-unborn-kept",
            "vote-of-unborn-kept",
            "wiped-store-refused",
            "event:install-again",
            "event:log-behind-engine",
            "event:replica-destroyed",
            "event:snapshot-installed",
            "event:snapshot-refused",
            "event:split");

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

    @Test
    void sixtySeedsOfCrashesCutsSplitsAndMovesKeepEveryPromise() throws InterruptedException {
        Simulate.Batch batch = run(1, 60, 20);

        assertThat(batch.violations()).as(batch::toString).isZero();
        assertThat(batch.sometimes()).containsKeys(PATHS.toArray(String[]::new));
    }

    @Test
    void theLastLineSaysHowManySeedsAndViolations() throws InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Simulate.run(new Simulate.Request(3, 4, 2, false), new PrintStream(bytes, true, StandardCharsets.UTF_8));

        List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines.get(lines.size() - 1)).matches("seeds 2 events \\d+ faults \\d+ violations 0");
    }

    @Test
    @Tag("long")
    void aThousandSeedsKeepEveryPromise() throws InterruptedException {
        assertThat(run(1_000, 2_000, 30).violations()).isZero();
    }

    private static Simulate.Batch run(long from, long to, int seconds) throws InterruptedException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        return Simulate.run(new Simulate.Request(from, to, seconds, false), out);
    }
}
