package dev.cleave.region.raft;

/** A leader's hand-over in progress, if any. While it runs no proposal is taken; it ends after one election timeout. */
final class Transfer {
    private long target;
    private long deadlineNanos = Long.MAX_VALUE;
    private boolean isTimeoutNowDue;
    private boolean hasSentTimeoutNow;

    boolean isRunning() {
        return target != 0;
    }

    long target() {
        return target;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /** Whether a TIMEOUT_NOW left in this leadership: it may fire at any later time, so no lease holds any more. */
    boolean hasSentTimeoutNow() {
        return hasSentTimeoutNow;
    }

    boolean isTimeoutNowDue() {
        return isTimeoutNowDue;
    }

    void begin(long to, long deadline) {
        target = to;
        deadlineNanos = deadline;
        isTimeoutNowDue = true;
    }

    /** Sent once the target has everything, and again with each heartbeat: it may be lost. */
    void resend() {
        isTimeoutNowDue = isRunning();
    }

    void sentTimeoutNow() {
        isTimeoutNowDue = false;
        hasSentTimeoutNow = true;
    }

    void abort() {
        target = 0;
        deadlineNanos = Long.MAX_VALUE;
        isTimeoutNowDue = false;
    }

    void newLeadership() {
        abort();
        hasSentTimeoutNow = false;
    }
}
