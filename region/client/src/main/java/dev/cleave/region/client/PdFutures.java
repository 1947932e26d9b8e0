package dev.cleave.region.client;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.region.client.NotAppliedException.Reason;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** The border between callers on any thread and a {@link PdAsker} on its loop. */
@AnyThread
final class PdFutures {
    private PdFutures() {}

    static CompletableFuture<PdReply> ask(PdAsker asker, Executor completions, PdRequest request, long deadlineNanos) {
        CompletableFuture<PdReply> future = new CompletableFuture<>();
        long startNanos = asker.rim.clock().nanos();
        try {
            asker.rim
                    .timers()
                    .execute(() -> asker.ask(request, deadlineNanos, new PdAsker.Outcome() {
                        @Override
                        public void onReply(PdReply reply) {
                            complete(completions, () -> future.complete(reply));
                        }

                        @Override
                        public void onFailure(Failure failure) {
                            Duration elapsed =
                                    Duration.ofNanos(asker.rim.clock().nanos() - startNanos);
                            CleaveException exception = failure.toException(elapsed);
                            complete(completions, () -> future.completeExceptionally(exception));
                        }
                    }));
        } catch (RejectedExecutionException loopIsGone) {
            Failure closed = Failure.notApplied(Reason.CLOSED, "asking the placement driver", "the client is closed");
            future.completeExceptionally(closed.toException(Duration.ZERO));
        }
        return future;
    }

    /** Closes on the loop; the future ends when that is done. */
    static CompletableFuture<Void> close(PdAsker asker) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        try {
            asker.rim.timers().execute(() -> {
                asker.close();
                closed.complete(null);
            });
        } catch (RejectedExecutionException loopIsGone) {
            closed.complete(null);
        }
        return closed;
    }

    private static void complete(Executor completions, Runnable completion) {
        try {
            completions.execute(completion);
        } catch (RejectedExecutionException executorIsClosed) {
            completion.run();
        }
    }
}
