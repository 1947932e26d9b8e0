package dev.cleave.region.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Randomness;
import dev.cleave.region.workload.history.History;
import dev.cleave.region.workload.history.Linearizability;
import dev.cleave.region.workload.history.Verdict;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoadGeneratorTest {
    private static final LoadConfig SMALL = LoadConfig.defaults()
            .withClients(6)
            .withMix(Mix.everything())
            .withKeys(new KeySpace("k", 8), KeyChooser.uniform(8))
            .withValueBytes(20)
            .withScanLimit(4)
            .withOperationsMax(1500);

    private final VirtualTime time = new VirtualTime();
    private final FakeStore store = new FakeStore(time, 1);
    private final History history = History.bounded(100_000);

    private LoadGenerator load(LoadConfig config, long seed) {
        return new LoadGenerator(config, client -> store, time, time, Randomness.seeded(seed), history);
    }

    private LoadSnapshot run(LoadGenerator load) {
        load.start();
        CompletableFuture<LoadSnapshot> ended = load.ended();
        time.runUntil(ended::isDone);
        return ended.join();
    }

    @Test
    void aTrueStoreUnderAllKindsOfLoadIsLinearizable() {
        store.refusedPercent = 5;
        store.unknownPercent = 2;

        LoadSnapshot end = run(load(SMALL, 1));

        assertThat(end.isRunning()).isFalse();
        assertThat(end.ok() + end.failed() + end.undetermined()).isEqualTo(1500);
        assertThat(end.retried()).isPositive();
        assertThat(end.undetermined()).isPositive();
        assertThat(end.hung()).isZero();
        assertThat(end.problems()).containsKeys("busy", "time-out");
        assertThat(end.gets().count() + end.writes().count() + end.scans().count())
                .isEqualTo(end.ok());
        assertThat(end.gets().maxNanos()).isBetween(1L, 11_000_000L);
        Verdict verdict = Linearizability.defaults().check(history);
        assertThat(verdict.isLinearizable()).as(verdict.toString()).isTrue();
        assertThat(verdict.operations()).isGreaterThan(end.ok());
    }

    @ParameterizedTest
    @EnumSource(FakeStore.Fault.class)
    void whatAStoreDoesWrongIsFound(FakeStore.Fault fault) {
        store.fault = fault;

        run(load(SMALL, 7));

        Verdict verdict = Linearizability.defaults().check(history);
        assertThat(verdict.kind())
                .as(verdict.toString())
                .isEqualTo(fault == FakeStore.Fault.NONE ? Verdict.Kind.LINEARIZABLE : Verdict.Kind.VIOLATION);
    }

    @Test
    void theSameSeedMakesTheSameRun() {
        String[] runs = new String[2];
        for (int i = 0; i < runs.length; i++) {
            StringBuilder file = new StringBuilder();
            VirtualTime own = new VirtualTime();
            FakeStore same = new FakeStore(own, 3);
            same.unknownPercent = 3;
            LoadGenerator load = new LoadGenerator(
                    SMALL, client -> same, own, own, Randomness.seeded(9), History.writtenTo(file, 10_000));
            load.start();
            CompletableFuture<LoadSnapshot> ended = load.ended();
            own.runUntil(ended::isDone);
            runs[i] = file.toString();
        }
        assertThat(runs[0]).isEqualTo(runs[1]).contains("\"what\":\"ok\"").contains("\"what\":\"unknown\"");
    }

    @Test
    void aSilentTargetCountsAsHungAndTheLoadGoesOn() {
        store.silentPercent = 2;

        LoadSnapshot end = run(load(SMALL.withAnswerWithin(Duration.ofSeconds(2)), 1));

        assertThat(end.hung()).isPositive().isEqualTo(end.undetermined());
        assertThat(end.ok()).isGreaterThan(1000);
        assertThat(Linearizability.defaults().check(history).isLinearizable()).isTrue();
    }

    @Test
    void aStallShowsInTheSecondsItLasts() {
        LoadGenerator load = load(SMALL.withOperationsMax(Long.MAX_VALUE).withAnswerWithin(Duration.ofSeconds(1)), 1);
        load.start();
        time.runFor(2_500_000_000L);
        store.isStopped = true;
        time.runFor(3_000_000_000L);
        store.isStopped = false;
        time.runFor(2_000_000_000L);

        LoadSnapshot now = load.snapshot();

        assertThat(now.isRunning()).isTrue();
        assertThat(now.stallMaxNanos()).isBetween(2_900_000_000L, 5_000_000_000L);
        assertThat(now.seconds()).hasSize(8);
        assertThat(now.seconds().get(1).ok()).isPositive();
        assertThat(now.seconds().get(1).stallNanos()).isLessThan(100_000_000L);
        assertThat(now.seconds().get(3).ok()).isZero();
        assertThat(now.seconds().get(4).stallNanos())
                .isGreaterThan(now.seconds().get(3).stallNanos());
        assertThat(now.seconds().get(7).stallNanos()).isLessThan(100_000_000L);
        CompletableFuture<LoadSnapshot> stopped = load.stop();
        time.runUntil(stopped::isDone);
        assertThat(stopped.join().isRunning()).isFalse();
    }

    @Test
    void intervalsAddUpToTheWhole() {
        LoadGenerator load = load(SMALL, 1);
        load.start();
        long ok = 0;
        long gets = 0;
        while (!load.ended().isDone()) {
            time.runFor(500_000_000L);
            LoadSnapshot interval = load.interval();
            ok += interval.ok();
            gets += interval.gets().count();
        }
        assertThat(load.snapshot().ok()).isEqualTo(ok + load.interval().ok());
        assertThat(load.snapshot().gets().count()).isEqualTo(gets);
    }

    @Test
    void aFullHistoryEndsTheLoadAndIsStillWorthJudging() {
        History small = History.bounded(100);
        LoadGenerator load = new LoadGenerator(
                SMALL.withOperationsMax(Long.MAX_VALUE), client -> store, time, time, Randomness.seeded(1), small);

        run(load);

        assertThat(small.isFull()).isTrue();
        assertThat(small.isComplete()).isTrue();
        assertThat(Linearizability.defaults().check(small).isLinearizable()).isTrue();
    }

    @Test
    void aLoadStartsOnceAndMayBeStoppedUnstarted() {
        LoadGenerator load = load(SMALL, 1);
        CompletableFuture<LoadSnapshot> stopped = load.stop();
        time.runUntil(stopped::isDone);

        assertThat(stopped.join().ok()).isZero();
        assertThatThrownBy(load::start).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aPauseBetweenOperationsLimitsTheRate() {
        LoadSnapshot end = run(load(SMALL.withThink(Duration.ofMillis(100)), 1));

        assertThat(end.perSecond()).isBetween(40.0, 60.0);
    }
}
