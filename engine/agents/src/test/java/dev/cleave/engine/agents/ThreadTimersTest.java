package dev.cleave.engine.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Timers;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class ThreadTimersTest {
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private final FailureListener failures = (role, cause) -> seen.add("failed " + cause.getMessage());

    @Test
    void tasksRunInOrderOfTheirTimeUnlessCancelled() throws Exception {
        try (ThreadTimers timers = new ThreadTimers("timers", new SystemClock(), 16, failures)) {
            timers.schedule(TimeUnit.MILLISECONDS.toNanos(60), () -> seen.add("later"));
            Timers.Cancellable never = timers.schedule(TimeUnit.MILLISECONDS.toNanos(30), () -> seen.add("never"));
            timers.execute(() -> seen.add("now"));
            never.cancel();

            assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo("now");
            assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo("later");
        }
    }

    @Test
    void aFailedTaskIsReportedAndTheOthersGoOn() throws Exception {
        try (ThreadTimers timers = new ThreadTimers("timers", new SystemClock(), 16, failures)) {
            timers.execute(() -> {
                throw new IllegalStateException("by design");
            });
            timers.execute(() -> seen.add("next"));

            assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo("failed by design");
            assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo("next");
        }
    }

    @Test
    void tooManyTasksAndAClosedTimerAreRefused() throws Exception {
        ThreadTimers timers = new ThreadTimers("timers", new SystemClock(), 2, failures);
        CountDownLatch hour = new CountDownLatch(1);
        timers.schedule(TimeUnit.HOURS.toNanos(1), hour::countDown);
        timers.schedule(TimeUnit.HOURS.toNanos(1), hour::countDown);

        assertThatThrownBy(() -> timers.execute(hour::countDown)).isInstanceOf(RejectedExecutionException.class);
        timers.close();

        assertThatThrownBy(() -> timers.execute(hour::countDown)).hasMessageContaining("closed");
        assertThat(hour.getCount()).isEqualTo(1);
    }
}
