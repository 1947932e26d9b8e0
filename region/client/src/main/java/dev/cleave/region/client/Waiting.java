package dev.cleave.region.client;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.region.client.NotAppliedException.Reason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How a thread waits for a call to end: the loop ends it at its deadline; a grace on top guards against a loop that has died. */
@AnyThread
final class Waiting {
    private static final long GRACE_NANOS = Duration.ofSeconds(5).toNanos();

    private Waiting() {}

    static <T> T await(CompletableFuture<T> future, CallSpec spec, long nowNanos) {
        long waitNanos = Math.max(0, spec.deadlineNanos() - nowNanos) + GRACE_NANOS;
        try {
            return future.get(waitNanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof CleaveException exception) {
                throw exception.seenFromHere();
            }
            throw new IllegalStateException(spec.what() + " failed inside the client", failed.getCause());
        } catch (TimeoutException loopIsStuck) {
            throw unknown(spec, Reason.UNAVAILABLE, "the client's loop did not answer", nowNanos);
        } catch (InterruptedException interrupted) {
            throw interrupted(spec, nowNanos);
        }
    }

    /** Waits for something that cannot fail; false if it did not end within the grace. */
    static boolean forEnd(CompletableFuture<Void> end) {
        try {
            end.get(GRACE_NANOS, TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException | TimeoutException loopIsStuck) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Keeps the thread's interrupt mark. */
    static CleaveException interrupted(CallSpec spec, long nowNanos) {
        Thread.currentThread().interrupt();
        return unknown(spec, Reason.INTERRUPTED, "the waiting thread was interrupted", nowNanos);
    }

    private static CleaveException unknown(CallSpec spec, Reason reason, String message, long nowNanos) {
        Failure failure = spec.isWrite()
                ? Failure.undetermined(spec.what(), message)
                : Failure.notApplied(reason, spec.what(), message);
        return failure.toException(Duration.ofNanos(nowNanos - spec.startNanos()));
    }
}
