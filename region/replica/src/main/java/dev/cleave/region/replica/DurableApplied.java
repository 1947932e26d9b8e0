package dev.cleave.region.replica;

import dev.cleave.engine.base.AnyThread;

/** Answers up to which index a group's applied state would survive a crash. The log is cut by nothing else. */
@AnyThread
@FunctionalInterface
public interface DurableApplied {
    long durableIndex(long group);

    /** The log is over its budget and waits for this: make durable soon what is applied. */
    default void hurry() {}
}
