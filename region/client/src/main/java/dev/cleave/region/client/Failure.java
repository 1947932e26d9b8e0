package dev.cleave.region.client;

import dev.cleave.region.client.NotAppliedException.Reason;
import java.time.Duration;

/**
 * How a call, or one region's part of it, failed: a value until the caller sees it as a {@link CleaveException}.
 *
 * @param what the call, such as "put of key a"
 * @param message what happened
 * @param reason says more for {@link Kind#NOT_APPLIED}
 */
record Failure(Kind kind, Reason reason, String what, String message, long regionId, long storeId, int attempts) {

    /** What the caller can know. */
    enum Kind {
        INVALID,
        NOT_APPLIED,
        UNDETERMINED
    }

    static Failure invalid(String what, String message) {
        return new Failure(Kind.INVALID, Reason.DEADLINE, what, message, 0, 0, 0);
    }

    static Failure notApplied(Reason reason, String what, String message) {
        return new Failure(Kind.NOT_APPLIED, reason, what, message, 0, 0, 0);
    }

    static Failure undetermined(String what, String message) {
        return new Failure(Kind.UNDETERMINED, Reason.DEADLINE, what, message, 0, 0, 0);
    }

    /** The same place and count, another verdict. */
    Failure as(Kind other, String otherMessage) {
        return new Failure(other, reason, what, otherMessage, regionId, storeId, attempts);
    }

    CleaveException toException(Duration elapsed) {
        return switch (kind) {
            case INVALID -> new InvalidRequestException(this, elapsed, null);
            case NOT_APPLIED -> new NotAppliedException(this, elapsed, null);
            case UNDETERMINED -> new UndeterminedException(this, elapsed, null);
        };
    }

    String describe(Duration elapsed) {
        StringBuilder text = new StringBuilder(what);
        text.append(
                switch (kind) {
                    case INVALID -> " is not valid: ";
                    case NOT_APPLIED -> " was not done: ";
                    case UNDETERMINED -> " has an unknown outcome: ";
                });
        text.append(message).append(" [");
        if (regionId != 0) {
            text.append("region ").append(regionId).append(", ");
        }
        if (storeId != 0) {
            text.append("store ").append(storeId).append(", ");
        }
        text.append("attempts ")
                .append(attempts)
                .append(", ")
                .append(elapsed.toMillis())
                .append(" ms]. ");
        return text.append(advice()).toString();
    }

    private String advice() {
        return switch (kind) {
            case INVALID -> "Correct the request; repeating it cannot help.";
            case UNDETERMINED -> "It may or may not have been applied: read before you decide to repeat it.";
            case NOT_APPLIED ->
                switch (reason) {
                    case DEADLINE, INTERRUPTED -> "Nothing was changed; it may be repeated.";
                    case UNAVAILABLE ->
                        "Nothing was changed; check that stores and placement driver run, then repeat it.";
                    case BUSY -> "Nothing was changed; slow down and repeat it.";
                    case DISK_FULL -> "Nothing was changed; free space or add stores first.";
                    case CLOSED -> "Nothing was changed; make a new client.";
                };
        };
    }
}
