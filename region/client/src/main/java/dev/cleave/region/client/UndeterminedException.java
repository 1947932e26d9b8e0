package dev.cleave.region.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A write was sent and its outcome is unknown: it may have been applied, may still be, or may never be. A batch or range that took
 * effect in some regions only is told so too. Read to learn which; do not repeat it blindly, for the first copy may still arrive.
 */
public final class UndeterminedException extends CleaveException {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    UndeterminedException(Failure failure, Duration elapsed, @Nullable Throwable cause) {
        super(failure, elapsed, cause);
        this.failure = failure;
    }

    @Override
    public boolean outcomeUnknown() {
        return true;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }

    @Override
    CleaveException seenFromHere() {
        return new UndeterminedException(failure, elapsed(), this);
    }
}
