package dev.cleave.placement.ctl.launch.bench;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Timers;
import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import dev.cleave.region.workload.KvTarget;
import dev.cleave.region.workload.rate.RateConfig;
import dev.cleave.region.workload.rate.RateFill;
import dev.cleave.region.workload.rate.RateKeys;
import dev.cleave.region.workload.rate.RateLoad;
import dev.cleave.region.workload.rate.RateResult;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Fills a target with keys, then measures one load after the other: warm up, measure, drain. Waits where it is called. */
public final class BenchRun {
    private static final int FILL_IN_FLIGHT = 256;
    private static final Duration FILL_LIMIT = Duration.ofMinutes(30);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(60);

    private final KvTarget target;
    private final Clock clock;
    private final Timers timers;
    private final Randomness randomness;

    public BenchRun(KvTarget target, Clock clock, Timers timers, Randomness randomness) {
        this.target = target;
        this.clock = clock;
        this.timers = timers;
        this.randomness = randomness;
    }

    /** Writes all keys; {@code progress} hears every second how many are written. */
    public void fill(RateKeys keys, int valueBytes, Consumer<Long> progress) {
        RateFill fill = new RateFill(keys, valueBytes, target, randomness.fork());
        CompletableFuture<Void> done = fill.start(FILL_IN_FLIGHT);
        long deadlineNanos = clock.nanos() + FILL_LIMIT.toNanos();
        while (!isDone(done, Duration.ofSeconds(1), "writing the keys failed")) {
            progress.accept(fill.written());
            if (clock.nanos() - deadlineNanos > 0) {
                throw new CommandFailure(
                        ExitCode.FAILED, "writing the keys took more than " + FILL_LIMIT.toMinutes() + " minutes");
            }
        }
    }

    /** Measures one load; {@code begins} runs when the warm-up is over, {@code ends} when the time is. */
    public RateResult measure(
            RateConfig config, RateKeys keys, Duration warmUp, Duration time, Runnable begins, Runnable ends) {
        RateLoad load = new RateLoad(config, keys, target, clock, timers, randomness.fork());
        CompletableFuture<Void> never = new CompletableFuture<>();
        load.start();
        isDone(never, warmUp, "");
        begins.run();
        load.interval();
        isDone(never, time, "");
        RateResult result = load.interval();
        ends.run();
        if (!isDone(load.stop(), DRAIN_LIMIT, "the load failed")) {
            throw new CommandFailure(
                    ExitCode.FAILED, "operations are still without an answer " + DRAIN_LIMIT.toSeconds() + " s after");
        }
        return result;
    }

    private static boolean isDone(CompletableFuture<Void> done, Duration patience, String otherwise) {
        try {
            done.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (ExecutionException failed) {
            throw new CommandFailure(ExitCode.FAILED, otherwise + ": " + failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.FAILED, "interrupted");
        }
    }
}
