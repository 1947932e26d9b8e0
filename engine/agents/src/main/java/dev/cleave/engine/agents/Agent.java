package dev.cleave.engine.agents;

/** A duty cycle with one owner: whatever thread (or simulator) runs it is the only one that touches its state. */
public interface Agent {
    /** What it is for, in one or two words: it names the thread and appears in logs. */
    String role();

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
