package dev.cleave.region.gateway;

/** A request to the data did not succeed, and what is known of its effect. */
public final class AccessFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What a caller can know and do. */
    public enum Kind {
        /** The request itself is wrong: do not repeat it. */
        INVALID,
        /** Certainly had no effect: too much to do, or nobody there to do it. Come back a little later. */
        UNAVAILABLE,
        /** Certainly had no effect: the deadline passed first. */
        TIMED_OUT,
        /** Certainly had no effect: no space is left for writes. */
        DISK_FULL,
        /** A write that may or may not have taken effect. */
        UNDETERMINED
    }

    private final Kind kind;

    public AccessFailure(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
