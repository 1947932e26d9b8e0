package dev.cleave.engine.base;

/** Runs tasks later, one at a time, on the thread that belongs to this object; {@link #execute} runs one soon. */
public interface Timers extends java.util.concurrent.Executor {
    /** Runs {@code task} after {@code delayNanos} unless cancelled before. Any thread may call. */
    Cancellable schedule(long delayNanos, Runnable task);

    /** Something that may still be called off. */
    interface Cancellable {
        void cancel();
    }
}
