package dev.cleave.placement.ctl.launch.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.agents.Agent;
import dev.cleave.engine.agents.SystemClock;
import dev.cleave.engine.agents.ThreadAgentHost;
import dev.cleave.engine.agents.TurnTimes;
import dev.cleave.region.replica.StageTimes.Stage;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StageProfileTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final StageMeters stages = new StageMeters(registry);

    @Test
    void aStageTellsItsMeanAndTheBucketsInWhichItsPercentilesLie() {
        stages.took(Stage.COMMIT, TimeUnit.MILLISECONDS.toNanos(40));
        StageMeters.Took before = stages.took(Stage.COMMIT);
        for (int i = 0; i < 98; i++) {
            stages.took(Stage.COMMIT, TimeUnit.MICROSECONDS.toNanos(400));
        }
        stages.took(Stage.COMMIT, TimeUnit.MILLISECONDS.toNanos(4));
        stages.took(Stage.COMMIT, TimeUnit.SECONDS.toNanos(60));

        StageMeters.Took since = stages.took(Stage.COMMIT).since(before);

        assertThat(since.count()).isEqualTo(100);
        assertThat(since.meanMillis()).isEqualTo((98 * 0.4 + 4 + 60_000) / 100);
        assertThat(since.millisMax(50)).isEqualTo(0.5);
        assertThat(since.millisMax(99)).isEqualTo(5);
        assertThat(since.millisMax(100)).isInfinite();
        assertThat(stages.took(Stage.APPLY).count()).isZero();
    }

    @Test
    void whatAgentsUseIsShownByTheirRoles() throws Exception {
        TurnTimes turns = TurnTimes.measured();
        CountDownLatch turn = new CountDownLatch(1);
        try (StageProfile profile = new StageProfile(stages, turns);
                ThreadAgentHost host = new ThreadAgentHost(new SystemClock(), (role, cause) -> {}, turns)) {
            registry.getPrometheusRegistry().register(profile);
            host.start(new Agent() {
                @Override
                public String role() {
                    return "counted";
                }

                @Override
                public int doWork(long nowNanos) {
                    turn.countDown();
                    return 0;
                }
            });
            assertThat(turn.await(20, TimeUnit.SECONDS)).isTrue();

            assertThat(registry.scrape()).contains("cleave_agent_cpu_seconds_total{agent=\"counted\"}");
        }
    }
}
