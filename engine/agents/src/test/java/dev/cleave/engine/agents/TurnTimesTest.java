package dev.cleave.engine.agents;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class TurnTimesTest {
    private static final int TURNS = 200;
    private final SystemClock clock = new SystemClock();

    /** Works until it has used some processor time, turn by turn. */
    private final class Busy implements Agent {
        final CountDownLatch left = new CountDownLatch(TURNS);
        private final String role;

        Busy(String role) {
            this.role = role;
        }

        @Override
        public String role() {
            return role;
        }

        @Override
        public int doWork(long nowNanos) {
            if (left.getCount() == 0) {
                return 0;
            }
            long used = TurnTimes.measured().nanos();
            while (TurnTimes.measured().nanos() - used < 10_000) {
                Thread.onSpinWait();
            }
            left.countDown();
            return 1;
        }
    }

    @Test
    void turnsOfEveryAgentAreAddedUpByItsRoleOnWhateverThreadTheyRun() throws Exception {
        TurnTimes times = TurnTimes.measured();
        try (ThreadAgentHost host = new ThreadAgentHost(clock, (role, cause) -> {}, times)) {
            Busy first = new Busy("first");
            Busy second = new Busy("second");
            host.start(first);
            host.start(second);

            assertThat(first.left.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(second.left.await(20, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(times.nanosByRole()).containsOnlyKeys("first", "second");
        assertThat(times.nanosByRole().values()).allMatch(nanos -> nanos >= TURNS * 10_000L);
    }

    @Test
    void whoeverDoesNotWantToKnowIsToldNothing() throws Exception {
        try (ThreadAgentHost host = new ThreadAgentHost(clock, (role, cause) -> {})) {
            Busy busy = new Busy("busy");
            host.start(busy);
            assertThat(busy.left.await(20, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(TurnTimes.NONE.nanosByRole()).isEmpty();
        assertThat(TurnTimes.NONE.nanos()).isZero();
    }
}
