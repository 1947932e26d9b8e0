package dev.cleave.tests.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MachineTest {
    private final World world = new World(1);
    private final Machine first = new Machine(world, "first");
    private final Machine second = new Machine(world, "second");
    private final List<String> done = new ArrayList<>();
    private final long start = world.nanos();

    @Test
    void whatFallsIntoAPauseHappensAtItsEndInOrder() {
        first.pause(100);
        first.after(10, "a", () -> done.add("a at " + (world.nanos() - start)));
        first.after(20, "b", () -> done.add("b at " + (world.nanos() - start)));

        world.runFor(200);

        assertThat(done).containsExactly("a at 100", "b at 100");
    }

    /** Seed 947: two stood still one inside the other, and the outer one's own threads went on in the midst of what it was doing. */
    @Test
    void whoStandsStillGoesOnBeforeAnythingElseHereHoweverLongAnotherStandsStillMeanwhile() {
        first.after(10, "step", () -> {
            done.add("first begins");
            first.standStill(100);
            done.add("first ends");
        });
        second.after(20, "step", () -> {
            second.standStill(1_000);
            done.add("second ends");
        });
        first.after(30, "other", () -> done.add("another thread of the first"));

        world.runFor(2_000);

        assertThat(done).containsExactly("first begins", "second ends", "first ends", "another thread of the first");
    }
}
