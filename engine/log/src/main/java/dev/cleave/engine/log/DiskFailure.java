package dev.cleave.engine.log;

/**
 * The disk below the log has failed, or holds other bytes than were written. Nothing that waited for it is acknowledged, and nothing is tried
 * again: the process must end. Its message is one line for people.
 */
public final class DiskFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DiskFailure(String what) {
        super(what);
    }

    /** The disk holds other bytes than were written. */
    static DiskFailure damaged(String what) {
        return new DiskFailure("the log is damaged: " + what + "; restart: the groups concerned will be marked broken");
    }

    DiskFailure(String step, Throwable cause) {
        super("cannot " + step + " the log: " + cause.getMessage(), cause);
    }
}
