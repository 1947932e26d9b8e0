package dev.cleave.placement.ctl.launch.process;

import dev.cleave.region.replica.StageTimes;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** How long the stages of writes take, as histograms: {@code cleave_raft_STAGE_duration_seconds}. */
final class StageMeters implements StageTimes {
    /** Where their buckets end: a force takes from 100 µs on good disks to seconds on sick ones. */
    private static final Duration[] BUCKETS = LongStream.of(
                    50, 70, 100, 150, 200, 300, 500, 700, 1_000, 1_500, 2_000, 3_000, 5_000, 7_000, 10_000, 15_000,
                    20_000, 30_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000)
            .mapToObj(micros -> Duration.ofNanos(micros * 1_000))
            .toArray(Duration[]::new);

    private static final Map<Stage, String> WORDS = Map.of(
            Stage.APPEND_FSYNC, "of the log: a turn's changes appended and forced",
            Stage.COMMIT, "of an entry from its proposal until a quorum has forced it",
            Stage.APPLY, "of committed entries until they are applied",
            Stage.PROPOSE, "of an entry from its proposal until it is applied");

    private final Map<Stage, Timer> timers = new EnumMap<>(Stage.class);

    StageMeters(MeterRegistry registry) {
        for (Stage stage : Stage.values()) {
            timers.put(
                    stage,
                    Timer.builder("cleave.raft." + stage.name().toLowerCase(Locale.ROOT) + ".duration")
                            .description(WORDS.get(stage))
                            .serviceLevelObjectives(BUCKETS)
                            .register(registry));
        }
    }

    /** All that a stage took so far. */
    Took took(Stage stage) {
        Timer timer = timers.get(stage);
        if (timer == null) {
            return Took.NOTHING;
        }
        SortedMap<Double, Double> upToMillis = new TreeMap<>();
        for (CountAtBucket bucket : timer.takeSnapshot().histogramCounts()) {
            upToMillis.put(bucket.bucket(TimeUnit.MILLISECONDS), bucket.count());
        }
        return new Took(timer.count(), timer.totalTime(TimeUnit.MILLISECONDS), upToMillis);
    }

    @Override
    public void took(Stage stage, long nanos) {
        Timer timer = timers.get(stage);
        if (timer != null) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    /**
     * How long a stage took, so often.
     *
     * @param upToMillis how many took at most so long
     */
    record Took(long count, double sumMillis, SortedMap<Double, Double> upToMillis) {
        private static final Took NOTHING = new Took(0, 0, new TreeMap<>());

        Took since(Took earlier) {
            SortedMap<Double, Double> added = new TreeMap<>();
            upToMillis.forEach((end, counted) -> added.put(end, counted - earlier.upToMillis.getOrDefault(end, 0.0)));
            return new Took(count - earlier.count, sumMillis - earlier.sumMillis, added);
        }

        double meanMillis() {
            return sumMillis / Math.max(1, count);
        }

        /** The end of the bucket in which that percentile lies; infinite above the last. */
        double millisMax(double percent) {
            return upToMillis.entrySet().stream()
                    .filter(bucket -> bucket.getValue() >= count * percent / 100)
                    .mapToDouble(Map.Entry::getKey)
                    .findFirst()
                    .orElse(Double.POSITIVE_INFINITY);
        }
    }
}
