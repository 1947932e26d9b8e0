package dev.cleave.region.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The request is wrong in itself (a key too long, a limit of 0) and had no effect. Repeating it cannot help. */
public final class InvalidRequestException extends CleaveException {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    InvalidRequestException(Failure failure, Duration elapsed, @Nullable Throwable cause) {
        super(failure, elapsed, cause);
        this.failure = failure;
    }

    @Override
    public boolean outcomeUnknown() {
        return false;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }

    @Override
    CleaveException seenFromHere() {
        return new InvalidRequestException(failure, elapsed(), this);
    }
}
