package dev.cleave.engine.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class ThreadAgentHostTest {
    private final SystemClock clock = new SystemClock();
    private final BlockingQueue<String> failures = new LinkedBlockingQueue<>();
    private final FailureListener listener = (role, cause) -> failures.add(role + ": " + cause.getMessage());

    /** Counts what comes in; says who has been answered. */
    private static final class Echo implements Agent {
        final Inbox<CountDownLatch> inbox = new Inbox<>(1024);
        final AtomicLong turns = new AtomicLong();

        @Override
        public String role() {
            return "echo";
        }

        @Override
        public int doWork(long nowNanos) {
            turns.incrementAndGet();
            return inbox.drain(CountDownLatch::countDown, 16);
        }
    }

    @Test
    void noWakeUpIsLostInPingPong() throws Exception {
        try (ThreadAgentHost host = new ThreadAgentHost(clock, listener)) {
            Echo echo = new Echo();
            echo.inbox.ownedBy(host.start(echo));
            int rounds = 20_000;
            long began = clock.nanos();

            for (int round = 0; round < rounds; round++) {
                CountDownLatch answer = new CountDownLatch(1);
                assertThat(echo.inbox.offer(answer)).isTrue();
                assertThat(answer.await(20, TimeUnit.SECONDS)).isTrue();
            }

            // Each lost wake-up would cost up to a second of parking: ten of them would break this bound.
            assertThat(clock.nanos() - began).isLessThan(TimeUnit.SECONDS.toNanos(10));
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void manyProducersLoseNothing() throws Exception {
        try (ThreadAgentHost host = new ThreadAgentHost(clock, listener)) {
            Echo echo = new Echo();
            echo.inbox.ownedBy(host.start(echo));
            int producers = 4;
            int each = 50_000;
            CountDownLatch answered = new CountDownLatch(producers * each);
            AtomicInteger refused = new AtomicInteger();

            List<Thread> threads = new ArrayList<>();
            for (int p = 0; p < producers; p++) {
                Thread thread = new Thread(() -> {
                    for (int i = 0; i < each; i++) {
                        while (!echo.inbox.offer(answered)) {
                            refused.incrementAndGet();
                            Thread.onSpinWait();
                        }
                    }
                });
                threads.add(thread);
                thread.start();
            }

            assertThat(answered.await(20, TimeUnit.SECONDS)).isTrue();
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    @Test
    void anIdleAgentParksInsteadOfSpinning() throws Exception {
        try (ThreadAgentHost host = new ThreadAgentHost(clock, listener)) {
            Echo echo = new Echo();
            host.start(echo);

            new CountDownLatch(1).await(350, TimeUnit.MILLISECONDS);

            assertThat(echo.turns.get()).isBetween(1L, 20L);
        }
    }

    @Test
    void aDeadlineWakesTheAgent() throws Exception {
        CountDownLatch fired = new CountDownLatch(1);
        TimerQueue timers = new TimerQueue();
        Agent agent = new Agent() {
            @Override
            public String role() {
                return "alarm";
            }

            @Override
            public int doWork(long nowNanos) {
                return timers.runDue(nowNanos);
            }

            @Override
            public long nextDeadlineNanos() {
                return timers.nextDeadlineNanos();
            }
        };
        timers.schedule(clock.nanos() + TimeUnit.MILLISECONDS.toNanos(5), fired::countDown);
        try (ThreadAgentHost host = new ThreadAgentHost(clock, listener)) {
            host.start(agent);

            assertThat(fired.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** rules: 63 */
    @Test
    void aFailingAgentIsReportedOnceAndClosed() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        Agent agent = new Agent() {
            @Override
            public String role() {
                return "broken";
            }

            @Override
            public int doWork(long nowNanos) {
                throw new IllegalStateException("by design");
            }

            @Override
            public void onClose() {
                closed.countDown();
            }
        };
        try (ThreadAgentHost host = new ThreadAgentHost(clock, listener)) {
            host.start(agent);

            assertThat(failures.poll(5, TimeUnit.SECONDS)).isEqualTo("broken: by design");
            assertThat(closed.await(5, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void agentsAreClosedInReverseOrderAndNoneStartsAfterwards() {
        List<String> closed = new ArrayList<>();
        ThreadAgentHost host = new ThreadAgentHost(clock, listener);
        for (String role : List.of("first", "second", "third")) {
            host.start(new Agent() {
                @Override
                public String role() {
                    return role;
                }

                @Override
                public int doWork(long nowNanos) {
                    return 0;
                }

                @Override
                public void onClose() {
                    closed.add(role);
                }
            });
        }

        host.close();
        host.close();

        assertThat(closed).containsExactly("third", "second", "first");
        assertThatThrownBy(() -> host.start(new Echo())).hasMessageContaining("closed");
    }
}
