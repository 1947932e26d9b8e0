package dev.cleave.engine.log;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where the log's bytes lie: numbered segments, appended to at the newest and deleted at the oldest. Segments found at opening are
 * only read; the first {@link #roll} starts a fresh one. One owner at a time. What fails throws (an
 * {@link java.io.UncheckedIOException} or worse); after that the object must not be used but closed ({@link GuardedSegments} sees to it).
 */
public interface Segments extends AutoCloseable {
    /** The numbers of all segments, ascending, from 1; numbers may have gaps. */
    int[] list();

    /** The first of {@link #list}, which is not empty. */
    int oldest();

    /** Bytes that {@link #read} can reach in a segment; beyond the last record there may be anything, mostly zeros. */
    long bytes(int segment);

    /** Reads from {@code offset} into {@code into} until it is full or the segment ends; returns the bytes read. */
    int read(int segment, long offset, ByteBuffer into);

    /** Holds the space of the next segment ready, so that {@link #roll} needs none; false if the disk has none to give now. */
    boolean reserveNext();

    /** Ends the current segment, which must be forced, and begins the next; returns its number. */
    int roll();

    /**
     * Appends the remaining bytes of {@code record} (a multiple of 4) whole to the current segment and returns the offset of their
     * first byte, a multiple of 4.
     */
    int append(ByteBuffer record);

    /** How much may still be appended to the current segment; 0 before the first roll. */
    int remainingBytes();

    /**
     * Returns once everything appended is on disk, with the segment's name; before the first roll, once the newest segment found and
     * the directory are.
     */
    void force();

    /** Whether a force has covered the bytes of {@code segment} below {@code endOffset}. */
    boolean isForced(int segment, int endOffset);

    /** Deletes the newest segment found, which holds no record. Only before the first roll. */
    void discardNewest();

    /**
     * Gives back the space that the newest segment found has beyond {@code from}, where its last record ends, as far as there are only zeros. Only before the
     * first roll.
     */
    void trimNewest(long from);

    /** Deletes the oldest segment and forces that, so that no older one can come back alone. Never the current one. */
    void deleteOldest();

    /** What {@link #keepSummary} has left beside a segment; null if there is nothing. It may be torn or rotten: whoever uses it checks it. */
    @Nullable
    ByteBuffer summary(int segment);

    /**
     * Keeps {@code bytes} beside a segment, all of which is forced. They are not forced themselves, and that there is no room for them is no failure: whoever
     * misses them reads the segment. They go with the segment.
     */
    void keepSummary(int segment, ByteBuffer bytes);

    /** Removes what is kept beside a segment, for good. */
    void dropSummary(int segment);

    /** With what is reserved. */
    long bytesOnDisk();

    /** Free bytes of the disk below. */
    long usableBytes();

    @Override
    void close();
}
