package dev.cleave.engine.base;

/** Where time comes from. Any thread may ask. */
public interface Clock {
    /** Monotonic nanoseconds from an arbitrary origin; only differences mean something. */
    long nanos();

    /** Wall time in milliseconds since 1970; may jump. */
    long wallMillis();
}
