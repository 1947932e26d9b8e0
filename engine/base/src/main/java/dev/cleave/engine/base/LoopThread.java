package dev.cleave.engine.base;

import org.jspecify.annotations.Nullable;

/**
 * A thread that serves what comes to it in turns, as an event loop of the network does, and takes on a little more at the end of the turn it is in: whoever would have to wake another thread
 * for that may leave it here.
 */
public interface LoopThread {
    /**
     * Runs {@code task} on this thread once it is through with what it is at; false if it takes nothing any more. Called on this thread alone. The task waits for nothing and throws
     * nothing.
     */
    boolean afterwards(Runnable task);

    /** The current thread, if it is such a one. */
    static @Nullable LoopThread here() {
        return Thread.currentThread() instanceof LoopThread here ? here : null;
    }
}
