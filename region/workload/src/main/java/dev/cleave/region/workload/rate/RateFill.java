package dev.cleave.region.workload.rate;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.workload.KvTarget;
import dev.cleave.region.workload.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Writes the keys that a load will ask for, once each, so many at a time. A put that was not taken is sent again; what keeps failing ends it. */
@AnyThread
public final class RateFill {
    private static final int TRIES = 5;

    private final RateKeys keys;
    private final KvTarget target;
    private final Value[] values = new Value[16];
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private final AtomicInteger lanes = new AtomicInteger();
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    public RateFill(RateKeys keys, int valueBytes, KvTarget target, Randomness randomness) {
        this.keys = keys;
        this.target = target;
        for (int i = 0; i < values.length; i++) {
            values[i] = RateCommands.randomValue(valueBytes, randomness);
        }
    }

    /** Ends when all are written, or exceptionally with what the target said. */
    public CompletableFuture<Void> start(int inFlight) {
        lanes.set(inFlight);
        for (int i = 0; i < inFlight; i++) {
            writeOn();
        }
        return done.copy();
    }

    public long written() {
        return written.get();
    }

    private void writeOn() {
        long number = next.getAndIncrement();
        if (number < keys.loaded() && !done.isDone()) {
            write(number, 1);
        } else if (lanes.decrementAndGet() == 0) {
            done.complete(null);
        }
    }

    private void write(long number, int attempt) {
        KvCommand put = new KvCommand.Put(RateKeys.key(number), values[(int) (number % values.length)]);
        target.ask(put).whenComplete((outcome, error) -> answered(number, attempt, outcome, error));
    }

    private void answered(long number, int attempt, @Nullable Outcome outcome, @Nullable Throwable error) {
        if (outcome instanceof Outcome.Ok) {
            written.incrementAndGet();
            writeOn();
        } else if (attempt < TRIES) {
            write(number, attempt + 1);
        } else {
            done.completeExceptionally(
                    error != null ? error : new IllegalStateException("key " + number + " was not taken: " + outcome));
        }
    }
}
