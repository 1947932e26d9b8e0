package dev.cleave.placement.ctl.launch.process;

import dev.cleave.engine.agents.TurnTimes;
import dev.cleave.region.replica.StageTimes.Stage;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells every ten seconds how long the stages of writes took in them, and what each agent used of the processors; the latter to monitoring too. */
final class StageProfile implements Collector, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StageProfile.class);
    private static final long EVERY_SECONDS = 10;
    private static final double NANOS = 1e9;

    private final StageMeters stages;
    private final TurnTimes turns;
    private final Map<Stage, StageMeters.Took> stagesBefore = new EnumMap<>(Stage.class);
    private final Map<String, Long> turnsBefore = new TreeMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "stage-profile");
        made.setDaemon(true);
        return made;
    });

    StageProfile(StageMeters stages, TurnTimes turns) {
        this.stages = stages;
        this.turns = turns;
        thread.scheduleAtFixedRate(this::tell, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    private void tell() {
        for (Stage stage : Stage.values()) {
            StageMeters.Took now = stages.took(stage);
            StageMeters.Took before = stagesBefore.put(stage, now);
            StageMeters.Took since = before == null ? now : now.since(before);
            if (since.count() > 0) {
                LOG.info(
                        "event=stage stage={} count={} meanMillis={} p50MillisMax={} p99MillisMax={}",
                        stage.name().toLowerCase(Locale.ROOT),
                        since.count(),
                        String.format(Locale.ROOT, "%.3f", since.meanMillis()),
                        since.millisMax(50),
                        since.millisMax(99));
            }
        }
        turns.nanosByRole().forEach((role, now) -> {
            long since = now - turnsBefore.getOrDefault(role, 0L);
            turnsBefore.put(role, now);
            double percent = 100 * since / NANOS / EVERY_SECONDS;
            LOG.info("event=agent agent={} cpuPercent={}", role, String.format(Locale.ROOT, "%.1f", percent));
        });
    }

    @Override
    public MetricSnapshot collect() {
        CounterSnapshot.Builder series = CounterSnapshot.builder()
                .name("cleave_agent_cpu_seconds")
                .help("processor time of the turns of agents, by their role");
        turns.nanosByRole()
                .forEach((role, nanos) -> series.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                        .labels(Labels.of("agent", role))
                        .value(nanos / NANOS)
                        .build()));
        return series.build();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
