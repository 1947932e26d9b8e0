package dev.cleave.region.replica;

import java.nio.ByteBuffer;

/**
 * A request to append one entry. Exactly one of these happens to it: {@link #refused} (certainly not appended, or appended and certainly
 * lost), {@link #undetermined}, or the state machine gets it back with the applied entry and answers it.
 */
public interface Proposal {
    /** An {@link dev.cleave.region.raft.EntryType}. */
    byte type();

    /** The entry's payload; must not change. */
    ByteBuffer payload();

    /** Whether it makes data fewer: then it is still taken when the disk is nearly full. */
    default boolean freesSpace() {
        return false;
    }

    /** What it has to do with the group's epoch. */
    default EpochUse epochUse() {
        return EpochUse.NONE;
    }

    /** After this moment it is not worth proposing. */
    long deadlineNanos();

    /** Called on the replica agent; must not block. */
    void refused(Refusal why, long leaderReplica, long leaderStore);

    /** The entry was appended here, but this replica will not learn its fate. Called on the replica agent; must not block. */
    void undetermined();
}
