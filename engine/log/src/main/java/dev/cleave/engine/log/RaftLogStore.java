package dev.cleave.engine.log;

import dev.cleave.engine.base.AnyThread;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * One durable log shared by the Raft groups of a store. Writes and reads are served in the order given, by one agent; every
 * acknowledged write has been forced to disk.
 */
@AnyThread
public interface RaftLogStore extends AutoCloseable {
    /** The groups found at start-up, in ascending order of group id. */
    List<GroupImage> recovered();

    /**
     * Whether records were lost so that a group created in them may be missing from {@link #recovered}: a replica known elsewhere but
     * not there has then lost its vote, too. Said by the opening that found
     * it. After that no segment is deleted before the owner's first write, so that one who ends before the loss was noted is told again; then the damaged one goes as soon as its
     * owners have compacted.
     */
    boolean mayHaveLostGroups();

    /** Queues a write; false if the queue is full (try again in a later turn; the write is untouched). */
    boolean write(LogWrite write);

    /**
     * Reads entries {@code from..toInclusive} of a group, as many as fit {@code bytesMax} (at least one if it exists); answered through
     * {@code sink} on the log agent, after all writes queued before. False if the queue is full.
     */
    boolean read(long group, long from, long toInclusive, int bytesMax, ReadSink sink);

    /** Bytes on disk now. */
    long bytesOnDisk();

    /** The largest lifecycle mark it takes. */
    int markBytesMax();

    /**
     * Empty while the log is within its budget and undamaged as far as it knows, and no group has more than its share. Else the groups that must let go, each with the index up to which its owner should compact
     * as far as it can, whoever may still want those entries.
     */
    Map<Long, Long> truncationWishes();

    /** Whether free space is below the floor: new entries should be refused as "disk full", but for those that free some. */
    boolean isDiskFull();

    /**
     * Whether not even the next segment has its space: what is left of the current one is for votes, truncation and marks, and no entry of anybody
     * should be appended. Implies {@link #isDiskFull}.
     */
    boolean isOutOfSpace();

    @Override
    void close();

    /** Receives the entries read: whole entries back to back in one little-endian buffer that belongs to the receiver. */
    @FunctionalInterface
    interface ReadSink {
        /** {@code lastIndex} is the last entry in {@code entries}; {@code from - 1} and an empty buffer if there is none any more. */
        void entries(long group, long from, long lastIndex, ByteBuffer entries);
    }
}
