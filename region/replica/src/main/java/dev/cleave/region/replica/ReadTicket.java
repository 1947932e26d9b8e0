package dev.cleave.region.replica;

/** A linearizable read that waits for its index. Exactly one method is called, on the replica agent; neither may block. */
public interface ReadTicket {
    long deadlineNanos();

    /** Everything acknowledged before this read was asked for has been applied here. */
    void ready(long appliedIndex);

    void refused(Refusal why, long leaderReplica, long leaderStore);
}
