package dev.cleave.region.workload.rate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.workload.KvTarget;
import dev.cleave.region.workload.Outcome;
import dev.cleave.region.workload.VirtualTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class RateLoadTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    private final VirtualTime time = new VirtualTime();
    private final Map<Class<?>, Integer> asked =
            new TreeMap<>((a, b) -> a.getName().compareTo(b.getName()));
    private int inFlight;
    private int inFlightMax;
    private long standsStillUntil;
    private Outcome outcome = Outcome.ok(new KvResult.Done());

    /** Answers after 10 ms, or when it no longer stands still. */
    private final KvTarget target = command -> {
        asked.merge(command.getClass(), 1, Integer::sum);
        inFlightMax = Math.max(inFlightMax, ++inFlight);
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        time.schedule(Math.max(10 * MILLI, standsStillUntil - time.nanos()), () -> {
            inFlight--;
            answer.complete(outcome);
        });
        return answer;
    };

    private RateLoad start(RateConfig config, RateKeys keys) {
        RateLoad load = new RateLoad(config, keys, target, time, time, Randomness.seeded(7));
        load.start();
        return load;
    }

    private static RateKeys keys() {
        return new RateKeys(1000, RateKeys.Order.UNIFORM);
    }

    @Test
    void aClosedLoopKeepsSoManyInFlightAndBeginsTheNextWhenOneHasEnded() {
        RateLoad load = start(RateConfig.of(8, RateMix.named("put")), keys());
        time.runFor(SECOND);
        RateResult result = load.interval();
        CompletableFuture<Void> ended = load.stop();
        time.runUntil(ended::isDone);

        assertThat(inFlightMax).isEqualTo(8);
        assertThat(result.succeeded()).isBetween(780L, 800L);
        assertThat(result.perSecond()).isBetween(780.0, 800.0);
        assertThat(result.micros(50)).isBetween(9_900.0, 10_100.0);
        assertThat(inFlight).isZero();
    }

    @Test
    void inAnOpenLoopWhatHadToWaitCountsFromWhenItShouldHaveBegun() {
        standsStillUntil = SECOND;
        RateLoad load = start(RateConfig.of(4, RateMix.named("get")).withPerSecond(100), keys());
        time.runFor(3 * SECOND);
        RateResult result = load.interval();

        assertThat(result.succeeded()).isBetween(290L, 301L);
        assertThat(result.micros(100)).isBetween(900_000.0, 1_050_000.0);
        // A third of all were due while the target stood still: closed-loop counting would have seen four.
        assertThat(result.micros(75)).isGreaterThan(100_000.0);
    }

    @Test
    void aReadThatIsFollowedByItsWriteIsOneOperation() {
        RateLoad load = start(RateConfig.of(1, new RateMix(0, 0, 0, 0, 1)), keys());
        time.runFor(SECOND);
        RateResult result = load.interval();

        assertThat(result.succeeded()).isBetween(49L, 50L);
        assertThat(result.micros(50)).isBetween(19_900.0, 20_100.0);
        assertThat(asked.get(KvCommand.Get.class) - asked.get(KvCommand.Put.class))
                .isBetween(0, 1);
    }

    @Test
    void whatFailsIsCountedAndNotTimedAndTheLoadGoesOn() {
        outcome = Outcome.notApplied("no leader");
        RateLoad load = start(RateConfig.of(2, RateMix.named("f")), keys());
        time.runFor(SECOND);
        RateResult bad = load.interval();
        outcome = Outcome.ok(new KvResult.Done());
        time.runFor(SECOND);

        assertThat(bad.succeeded()).isZero();
        assertThat(bad.failed()).isBetween(190L, 200L);
        assertThat(bad.problem()).contains("no leader");
        assertThat(bad.latency().getTotalCount()).isZero();
        assertThat(load.interval().succeeded()).isPositive();
    }

    @Test
    void allKeysAreWrittenOnceBeforehandAndNewOnesComeBehind() {
        TreeMap<Key, Integer> written = new TreeMap<>();
        KvTarget store = command -> {
            written.merge(((KvCommand.Put) command).key(), 1, Integer::sum);
            return target.ask(command);
        };
        RateFill fill = new RateFill(keys(), 100, store, Randomness.seeded(1));
        CompletableFuture<Void> done = fill.start(16);
        time.runUntil(done::isDone);

        assertThat(done).isCompleted();
        assertThat(written).hasSize(1000);
        assertThat(written.values()).containsOnly(1);
        assertThat(written.firstKey()).isEqualTo(Key.utf8("bench-000000000000"));
        assertThat(written.lastKey()).isEqualTo(Key.utf8("bench-000000000999"));
        assertThat(new RateKeys(1000, RateKeys.Order.UNIFORM).inserted()).isEqualTo(1000);
    }

    @Test
    void whatIsNeverTakenEndsTheFillInWords() {
        outcome = Outcome.notApplied("disk full");
        CompletableFuture<Void> done = new RateFill(keys(), 100, target, Randomness.seeded(1)).start(2);
        time.runUntil(done::isDone);

        assertThatThrownBy(done::join).hasMessageContaining("was not taken").hasMessageContaining("disk full");
    }

    @Test
    void ordersChooseAsTheirNamesSay() {
        Randomness randomness = Randomness.seeded(3);
        RateKeys latest = new RateKeys(100_000, RateKeys.order("latest"));
        RateKeys sequential = new RateKeys(3, RateKeys.order("sequential"));
        int young = 0;
        for (int i = 0; i < 1000; i++) {
            young += latest.next(randomness) >= 99_000 ? 1 : 0;
        }

        assertThat(young).isBetween(500, 700);
        assertThat(new long[] {
                    sequential.next(randomness),
                    sequential.next(randomness),
                    sequential.next(randomness),
                    sequential.next(randomness)
                })
                .containsExactly(0, 1, 2, 0);
        assertThatThrownBy(() -> RateKeys.order("random")).hasMessageContaining("uniform, zipfian, latest");
        assertThatThrownBy(() -> RateMix.named("g")).hasMessageContaining("a to f");
    }
}
