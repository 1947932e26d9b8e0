package dev.cleave.region.workload;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Timers;
import dev.cleave.region.protocol.KvCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Writes a whole {@link Dataset} in batches, so many of them in flight. A batch whose outcome is not "done" is written again, also an
 * undetermined one: the same key always gets the same value, so writing twice is harmless as long as nobody else writes these
 * keys meanwhile. Gives up when one batch has failed too often. Runs on the timers it is given; load once.
 */
public final class Loader {
    private final Config config;
    private final Dataset dataset;
    private final KvTarget target;
    private final Clock clock;
    private final Timers timers;
    private final Consumer<Progress> listener;
    private final AtomicBoolean isStarted = new AtomicBoolean();
    private final CompletableFuture<Progress> ended = new CompletableFuture<>();

    // Touched on the timers' thread only.
    private long startNanos;
    private long nextNumber;
    private long keysLoaded;
    private long bytesLoaded;
    private long resent;
    private int inFlight;
    private boolean isStopping;
    private long reportedNanos;

    /**
     * @param batchItems pairs per batch
     * @param batchBytesMax a batch ends early when its keys and values reach this
     * @param inFlightMax batches on their way at once
     * @param attemptsMax how often one batch is tried in all
     * @param backoff pause before a batch is tried again
     * @param reportEvery how often the listener hears
     */
    public record Config(
            int batchItems,
            long batchBytesMax,
            int inFlightMax,
            int attemptsMax,
            Duration backoff,
            Duration reportEvery) {
        public Config {
            boolean isSensible = batchItems > 0
                    && batchItems <= KvCommand.BATCH_ITEMS_MAX
                    && batchBytesMax > 0
                    && inFlightMax > 0
                    && attemptsMax > 0;
            if (!isSensible || backoff.isNegative() || reportEvery.isNegative()) {
                throw new IllegalArgumentException("a loader needs 1 to " + KvCommand.BATCH_ITEMS_MAX
                        + " pairs per batch, and room for one batch and one attempt at least");
            }
        }

        public static Config defaults() {
            return new Config(200, 1 << 20, 8, 20, Duration.ofMillis(250), Duration.ofSeconds(1));
        }
    }

    /** How far a load is. */
    public record Progress(
            long keysLoaded, long keysTotal, long bytesLoaded, long batchesResent, long elapsedNanos, boolean isDone) {
        public double keysPerSecond() {
            return elapsedNanos == 0 ? 0 : keysLoaded * 1e9 / elapsedNanos;
        }
    }

    /** The load could not be finished; the message says why and how far it came. */
    public static final class LoadFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LoadFailed(String message) {
            super(message);
        }
    }

    private record Batch(KvCommand.Batch command, long bytes) {}

    public Loader(
            Config config, Dataset dataset, KvTarget target, Clock clock, Timers timers, Consumer<Progress> listener) {
        this.config = config;
        this.dataset = dataset;
        this.target = target;
        this.clock = clock;
        this.timers = timers;
        this.listener = listener;
    }

    /** Ends with the last progress, or exceptionally with {@link LoadFailed}. */
    @AnyThread
    public CompletableFuture<Progress> load() {
        if (!isStarted.compareAndSet(false, true)) {
            throw new IllegalStateException("this loader has loaded before; make another one");
        }
        timers.execute(() -> {
            startNanos = clock.nanos();
            reportedNanos = startNanos;
            fill();
        });
        return ended.copy();
    }

    /** Sends nothing new; the load ends as failed when what is in flight has come back. */
    @AnyThread
    public void stop() {
        timers.execute(() -> isStopping = true);
    }

    private void fill() {
        while (!ended.isDone() && !isStopping && inFlight < config.inFlightMax() && nextNumber < dataset.size()) {
            inFlight++;
            send(nextBatch(), 1);
        }
        if (inFlight == 0 && nextNumber == dataset.size() && !ended.isDone()) {
            Progress last = progress(true);
            listener.accept(last);
            ended.complete(last);
        } else if (inFlight == 0 && isStopping) {
            fail("stopped");
        }
    }

    private Batch nextBatch() {
        List<KvCommand.Change> changes = new ArrayList<>();
        long bytes = 0;
        while (nextNumber < dataset.size() && changes.size() < config.batchItems() && bytes < config.batchBytesMax()) {
            KvCommand.Change change = new KvCommand.Change(dataset.key(nextNumber), dataset.value(nextNumber));
            bytes += change.key().length() + dataset.valueBytes();
            changes.add(change);
            nextNumber++;
        }
        return new Batch(new KvCommand.Batch(changes), bytes);
    }

    private void send(Batch batch, int attempt) {
        target.ask(batch.command()).whenComplete((outcome, error) -> {
            Outcome end = error == null ? outcome : Outcome.unknown(String.valueOf(error));
            timers.execute(() -> answered(batch, attempt, end));
        });
    }

    private void answered(Batch batch, int attempt, Outcome outcome) {
        if (ended.isDone()) {
            return;
        }
        if (outcome instanceof Outcome.Ok) {
            inFlight--;
            keysLoaded += batch.command().changes().size();
            bytesLoaded += batch.bytes();
            report();
            fill();
            return;
        }
        String reason = outcome.match(ok -> "", not -> not, unknown -> unknown);
        if (attempt >= config.attemptsMax() || isStopping) {
            fail(isStopping ? "stopped" : "a batch failed " + attempt + " times, last because of: " + reason);
        } else {
            resent++;
            timers.schedule(config.backoff().toNanos(), () -> send(batch, attempt + 1));
        }
    }

    private void report() {
        long nowNanos = clock.nanos();
        if (nowNanos - reportedNanos >= config.reportEvery().toNanos() && keysLoaded < dataset.size()) {
            reportedNanos = nowNanos;
            listener.accept(progress(false));
        }
    }

    private void fail(String why) {
        ended.completeExceptionally(
                new LoadFailed("loaded " + keysLoaded + " of " + dataset.size() + " keys, then gave up: " + why));
    }

    private Progress progress(boolean isDone) {
        return new Progress(keysLoaded, dataset.size(), bytesLoaded, resent, clock.nanos() - startNanos, isDone);
    }
}
