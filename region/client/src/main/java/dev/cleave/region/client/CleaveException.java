package dev.cleave.region.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A call that did not succeed. There are three kinds, one per thing a caller can know: {@link InvalidRequestException} (wrong in
 * itself), {@link NotAppliedException} (certainly had no effect), {@link UndeterminedException} (a write that may or may not have
 * taken effect). The message says what happened, where, how often it was tried and what to do.
 */
public abstract sealed class CleaveException extends RuntimeException
        permits InvalidRequestException, NotAppliedException, UndeterminedException {
    private static final long serialVersionUID = 1L;

    private final String trouble;
    private final long regionId;
    private final long storeId;
    private final int attempts;
    private final Duration elapsed;

    CleaveException(Failure failure, Duration elapsed, @Nullable Throwable cause) {
        super(failure.describe(elapsed), cause);
        this.trouble = failure.message();
        this.regionId = failure.regionId();
        this.storeId = failure.storeId();
        this.attempts = failure.attempts();
        this.elapsed = elapsed;
    }

    /** Whether a write may have been applied, now or later. */
    public abstract boolean outcomeUnknown();

    /** Whether the same call may be repeated without harm and may then succeed. */
    public abstract boolean isRetryable();

    /** What went wrong, alone: without what was asked, where, how often, and what to do. */
    public String trouble() {
        return trouble;
    }

    /** The region last asked, 0 if none was. */
    public long regionId() {
        return regionId;
    }

    /** The store last asked, 0 if none was. */
    public long storeId() {
        return storeId;
    }

    /** How often a request was sent or tried to be. */
    public int attempts() {
        return attempts;
    }

    /** From the call until it failed. */
    public Duration elapsed() {
        return elapsed;
    }

    /** The same failure with the caller's stack, this one as its cause. */
    abstract CleaveException seenFromHere();
}
