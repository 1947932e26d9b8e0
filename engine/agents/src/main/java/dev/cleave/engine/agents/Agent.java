package dev.cleave.engine.agents;

/** A duty cycle with one owner: whatever thread (or simulator) runs it is the only one that touches its state. */
public interface Agent {
    /** What it is for, in one or two words, as it appears in logs. */
    String role();

    /** How long one of its turns may keep a thread from the other agents of its host. */
    enum Turns {
        /** It never waits for anything. */
        BRIEF,
        /** It may wait for the disk, and tells others only what comes of it, as the last thing in a turn. */
        WAITING,
        /** Anything else. */
        LONG
    }

    /** What its host may expect of its turns; the same at all times. */
    default Turns turns() {
        return Turns.LONG;
    }

    /**
     * Does what is there to do and returns how much that was (0 = idle). Must not block unless waiting for the disk is its
     * only duty. An exception that leaves this method stops the agent and is handed to the host's failure listener.
     */
    int doWork(long nowNanos);

    /** When to run again even if nobody wakes it; {@link Long#MAX_VALUE} for never. Asked after each idle turn. */
    default long nextDeadlineNanos() {
        return Long.MAX_VALUE;
    }

    /** Called once, by the owner, after the last turn. */
    default void onClose() {}
}
