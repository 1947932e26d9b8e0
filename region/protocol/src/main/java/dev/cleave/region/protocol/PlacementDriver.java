package dev.cleave.region.protocol;

import dev.cleave.engine.base.AnyThread;
import java.util.concurrent.CompletableFuture;

/** The placement driver as those see it who ask it questions: the client library, the admin tool, and tests in its stead. */
@AnyThread
public interface PlacementDriver {
    /**
     * Asks one question. A refusal is an answer ({@link PdReply.Refused}), not a failure; the future fails only if no member
     * answered before the deadline.
     *
     * @param deadlineNanos when to give up, on the clock's monotonic scale
     */
    CompletableFuture<PdReply> ask(PdRequest request, long deadlineNanos);
}
