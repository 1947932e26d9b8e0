package dev.cleave.region.replica;

/**
 * Hears how long the stages of writes take. Called on the replica agent, with the clock of its turns: once per log write, and once per range of
 * applied entries, never per entry. Must be quick, and decides nothing.
 */
@FunctionalInterface
public interface StageTimes {
    /** Nobody listens. */
    StageTimes NONE = (stage, nanos) -> {};

    /** A part of a write's way, in order; the last is the whole. */
    enum Stage {
        /** From when a turn's changes are handed to the log until they are forced: waiting, appending, and the disk. */
        APPEND_FSYNC,
        /** From when an entry proposed here is appended until it is committed, and forced here. Of the oldest one of a range. */
        COMMIT,
        /** From when a range of entries is committed until the state machine has applied it: waiting, and the engine. */
        APPLY,
        /** From when an entry proposed here is appended until it is applied. Of the oldest one of a range. */
        PROPOSE
    }

    void took(Stage stage, long nanos);
}
