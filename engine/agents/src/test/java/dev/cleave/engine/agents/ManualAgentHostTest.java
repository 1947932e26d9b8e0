package dev.cleave.engine.agents;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ManualAgentHostTest {
    private final List<String> events = new ArrayList<>();
    private final ManualAgentHost host =
            new ManualAgentHost((role, cause) -> events.add(role + " failed: " + cause.getMessage()));

    private Agent agent(String role, int turns) {
        return new Agent() {
            private int left = turns;

            @Override
            public String role() {
                return role;
            }

            @Override
            public int doWork(long nowNanos) {
                if (left < 0) {
                    throw new IllegalStateException("by design");
                }
                if (left == 0) {
                    return 0;
                }
                left--;
                events.add(role + "@" + nowNanos);
                return 1;
            }

            @Override
            public void onClose() {
                events.add(role + " closed");
            }
        };
    }

    @Test
    void agentsTakeTurnsUntilAllAreIdle() {
        host.start(agent("a", 2));
        host.start(agent("b", 1));

        assertThat(host.runUntilIdle(7)).isEqualTo(3);

        assertThat(events).containsExactly("a@7", "b@7", "a@7");
    }

    /** rules: 63 */
    @Test
    void aFailedAgentIsReportedClosedAndNeverRunAgain() {
        host.start(agent("x", -1));

        host.runUntilIdle(1);
        host.runUntilIdle(2);

        assertThat(events).containsExactly("x failed: by design", "x closed");
    }

    @Test
    void closeEndsInReverseOrderAndACrashEndsNobodyPolitely() {
        host.start(agent("a", 1));
        host.start(agent("b", 1));
        host.close();
        host.start(agent("c", 1));
        host.crash();
        host.runUntilIdle(1);

        assertThat(events).containsExactly("b closed", "a closed");
    }
}
