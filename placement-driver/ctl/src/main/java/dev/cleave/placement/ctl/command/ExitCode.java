package dev.cleave.placement.ctl.command;

/** What a command's exit code says. */
public final class ExitCode {
    public static final int OK = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;
    public static final int UNREACHABLE = 3;
    public static final int NOT_FOUND = 4;
    /** Timed out: a write may or may not have been applied. */
    public static final int OUTCOME_UNKNOWN = 5;
    /** A safety check refused it. */
    public static final int REFUSED = 6;
    /** Of a server: the disk of its log failed, hung, or holds other bytes than were written. */
    public static final int DISK_FAILED = 74;

    private ExitCode() {}
}
