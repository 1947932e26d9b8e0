package dev.cleave.region.store.lifecycle;

/** Something the storage agent does besides the steps of replicas' lives. */
public interface StorageDuty {
    /** Does what is there to do and returns how much that was. May block on the disk. */
    int doWork(long nowNanos);

    /** When to be asked again even if nobody wakes the agent. */
    long nextDeadlineNanos();

    /** Called once, after the last turn. */
    default void close() {}
}
