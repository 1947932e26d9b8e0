package dev.cleave.region.replica;

/** Why the host did not do what was asked. */
public enum Refusal {
    NOT_LEADER,
    NO_SUCH_GROUP,
    /** Bounds reached: come back later. */
    BUSY,
    /** The deadline passed while it waited. */
    TIMED_OUT,
    /** The group's epoch changed while it waited for that change: it was made for an earlier one. */
    EPOCH_CHANGED,
    /** A membership change is under way. */
    CONFIGURATION_PENDING,
    /** Leadership is being handed over. */
    TRANSFERRING,
    /** The leader has not yet committed an entry of its term. */
    NOT_READY,
    DISK_FULL,
    STOPPING
}
