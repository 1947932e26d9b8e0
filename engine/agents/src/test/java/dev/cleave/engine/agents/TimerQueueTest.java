package dev.cleave.engine.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Randomness;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TimerQueueTest {
    private final TimerQueue queue = new TimerQueue();
    private final List<String> ran = new ArrayList<>();

    @Test
    void equalDeadlinesRunInTheOrderOfArming() {
        queue.schedule(20, () -> ran.add("late"));
        TimerQueue.Timer moved = queue.schedule(10, () -> ran.add("moved"));
        queue.schedule(10, () -> ran.add("a"));
        queue.schedule(10, () -> ran.add("b"));
        moved.arm(10);

        assertThat(queue.runDue(15)).isEqualTo(3);

        assertThat(ran).containsExactly("a", "b", "moved");
        assertThat(queue.nextDeadlineNanos()).isEqualTo(20);
    }

    @Test
    void whatIsArmedWhileRunningWaitsForTheNextCall() {
        TimerQueue.Timer[] self = new TimerQueue.Timer[1];
        self[0] = queue.timer(() -> {
            ran.add("again");
            self[0].arm(1);
        });
        self[0].arm(1);

        assertThat(queue.runDue(5)).isEqualTo(1);
        assertThat(queue.runDue(5)).isEqualTo(1);

        self[0].disarm();
        assertThat(queue.runDue(5)).isZero();
        assertThat(queue.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void randomArmingAndDisarmingAgreesWithASortedList() {
        record Armed(long deadline, long order, int id) {}
        Randomness random = Randomness.seeded(42);
        List<Integer> seen = new ArrayList<>();
        List<TimerQueue.Timer> timers = new ArrayList<>();
        List<Armed> model = new ArrayList<>();
        for (int id = 0; id < 200; id++) {
            int self = id;
            timers.add(queue.timer(() -> seen.add(self)));
        }
        long now = 0;
        long order = 0;
        for (int step = 0; step < 20_000; step++) {
            int id = (int) random.below(timers.size());
            switch ((int) random.below(4)) {
                case 0, 1 -> {
                    long deadline = now + random.below(50);
                    timers.get(id).arm(deadline);
                    model.removeIf(armed -> armed.id == id);
                    model.add(new Armed(deadline, order++, id));
                }
                case 2 -> {
                    timers.get(id).disarm();
                    model.removeIf(armed -> armed.id == id);
                }
                default -> {
                    now += random.below(10);
                    long at = now;
                    seen.clear();
                    queue.runDue(now);
                    List<Integer> expected = model.stream()
                            .filter(armed -> armed.deadline <= at)
                            .sorted(Comparator.comparingLong(Armed::deadline).thenComparingLong(Armed::order))
                            .map(Armed::id)
                            .toList();
                    assertThat(seen).isEqualTo(expected);
                    model.removeIf(armed -> armed.deadline <= at);
                }
            }
            assertThat(queue.size()).isEqualTo(model.size());
        }
    }
}
