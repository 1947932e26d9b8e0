package dev.cleave.region.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The call certainly had no effect, for the {@link #reason} given. It may be repeated. Reads that got no answer end so too. */
public final class NotAppliedException extends CleaveException {
    private static final long serialVersionUID = 1L;

    /** Why nothing was done. */
    public enum Reason {
        /** The deadline passed first. */
        DEADLINE,
        /** No store that leads the region, or no placement driver, could be reached before the deadline. */
        UNAVAILABLE,
        /** The client's own bounds are reached, or the store has too much to do. */
        BUSY,
        /** The store has no space left for writes. */
        DISK_FULL,
        /** The client is closed. */
        CLOSED,
        /** The waiting thread was interrupted during a read. */
        INTERRUPTED
    }

    private final transient Failure failure;
    private final Reason reason;

    NotAppliedException(Failure failure, Duration elapsed, @Nullable Throwable cause) {
        super(failure, elapsed, cause);
        this.failure = failure;
        this.reason = failure.reason();
    }

    /** Why nothing was done. */
    public Reason reason() {
        return reason;
    }

    @Override
    public boolean outcomeUnknown() {
        return false;
    }

    @Override
    public boolean isRetryable() {
        return reason != Reason.CLOSED;
    }

    @Override
    CleaveException seenFromHere() {
        return new NotAppliedException(failure, elapsed(), this);
    }
}
