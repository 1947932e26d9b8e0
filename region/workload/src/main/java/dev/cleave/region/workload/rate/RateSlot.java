package dev.cleave.region.workload.rate;

import dev.cleave.region.workload.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One operation in flight, and after it the next. Goes on where its answer arrives, without a hand-over: one thread at a time is in it. */
final class RateSlot implements BiConsumer<@Nullable Outcome, @Nullable Throwable> {
    private final RateLoad load;
    private final RateCommands commands;
    private volatile long startNanos;

    RateSlot(RateLoad load, RateCommands commands) {
        this.load = load;
        this.commands = commands;
    }

    /** Begins the operation whose turn it is, now or when it is due. */
    void next() {
        while (load.mayBegin()) {
            long nowNanos = load.nanos();
            long dueNanos = load.dueNanos(nowNanos);
            startNanos = dueNanos;
            if (dueNanos - nowNanos > 0) {
                load.later(dueNanos - nowNanos, this);
                return;
            }
            if (!ask()) {
                return;
            }
        }
        load.slotEnded();
    }

    /** Asks; true if the whole operation has ended already. */
    boolean ask() {
        do {
            CompletableFuture<Outcome> answer = load.target().ask(commands.next());
            if (!answer.isDone() || answer.isCompletedExceptionally()) {
                answer.whenComplete(this);
                return false;
            }
            if (!isNoted(answer.join(), null)) {
                return true;
            }
        } while (true);
    }

    @Override
    public void accept(@Nullable Outcome outcome, @Nullable Throwable error) {
        if (!isNoted(outcome, error) || ask()) {
            next();
        }
    }

    /** Counts what has ended; true if the operation's other half is to be asked. */
    private boolean isNoted(@Nullable Outcome outcome, @Nullable Throwable error) {
        if (outcome instanceof Outcome.Ok) {
            if (commands.isHalf()) {
                return true;
            }
            load.succeeded(load.nanos() - startNanos);
            return false;
        }
        if (commands.isHalf()) {
            commands.next();
        }
        load.failed(error == null ? String.valueOf(outcome) : String.valueOf(error));
        return false;
    }
}
