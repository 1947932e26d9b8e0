package dev.cleave.engine.kv;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An ordered key-value engine with two families and no write-ahead log of its own: the Raft log is that log.
 *
 * <p>Promises: a {@link KvBatch} is atomic over both families; after a crash the engine holds a prefix of the batches written,
 * at least up to the last {@link #flush}; ingesting files and unlinking files are durable <em>at once</em> and do not wait for a flush
 * (DESIGN section 6). Any failure of the disk throws {@link EngineFailure}, after which the process must end. A call after
 * {@link #close} throws {@link IllegalStateException}. Keys are at most 8191 bytes long.
 */
@AnyThread
public interface KvEngine extends AutoCloseable {
    /** The two families of one engine. */
    enum Family {
        DATA,
        META
    }

    /** The largest value of which {@link #getAllFromMemory} takes a copy: 64 KiB. */
    int MEMORY_VALUE_BYTES_MAX = 64 << 10;

    byte @Nullable [] get(Family family, byte[] key);

    /**
     * As {@link #get} for a value of DATA of at most {@code bytesMax} bytes, but from write buffers and caches alone: never waits for the disk. What
     * fails there is said to be elsewhere: whoever then reads the disk meets the failure.
     */
    MemoryRead getFromMemory(byte[] key, int bytesMax);

    /** Visits those of {@code keys} of DATA that hold something, in their order and all as of one moment, until the visitor returns false. Lends what it shows, as {@link #scan} does. */
    void getAll(LentKeys keys, LentVisitor visitor);

    /**
     * As {@link #getAll}, but from write buffers and caches alone: never waits for the disk. False if that was not enough, if a value is larger than {@link #MEMORY_VALUE_BYTES_MAX},
     * or what fails there: then what was visited counts for nothing.
     */
    boolean getAllFromMemory(LentKeys keys, LentVisitor visitor);

    /** Names keys, one after the other. */
    @FunctionalInterface
    interface LentKeys {
        /** Puts the next key at the start of {@code room}, which holds the longest there may be, and returns its length; -1 if there is none left. */
        int next(byte[] room);
    }

    /** As {@link #get}, but only from what survives a crash now (persisted tier of META). */
    byte @Nullable [] getDurable(byte[] metaKey);

    /** A new empty batch; one thread builds it, {@link #write} consumes it. */
    KvBatch newBatch();

    /** Applies the batch atomically to memory and closes it. Durable only after a later {@link #flush}. */
    void write(KvBatch batch);

    /** A consistent view of everything written so far. Close it. */
    KvSnapshot snapshot();

    /**
     * Visits the pairs of {@code range}, as they are at the moment of the call, in order (or in reverse) until the visitor returns false. For reads that need no
     * second look at the same moment: it copies each pair once, into arrays that it uses again.
     */
    void scan(Family family, KeyRange range, boolean isReverse, LentVisitor visitor);

    /**
     * As {@link #scan} of DATA, but from write buffers and caches alone: never waits for the disk, nor looks at many deleted pairs between two that are there. False if
     * that was not enough, or what fails there: then what was visited counts for nothing.
     */
    boolean scanMemory(KeyRange dataRange, boolean isReverse, LentVisitor visitor);

    /** Sees one pair, at the start of arrays that may be longer than it, are lent for the length of the visit and must not be changed. Returns whether to go on. */
    @FunctionalInterface
    interface LentVisitor {
        boolean visit(byte[] key, int keyBytes, byte[] value, int valueBytes);
    }

    /** Makes everything written so far durable, all families together. Blocks. */
    void flush();

    /** Counts completed flushes (also those the engine made by itself), so that a watcher sees that one has happened. */
    long flushes();

    /**
     * Makes later scans cheaper where earlier ones have paid for it: merges what they had to merge once they have passed about as many pairs as the engine holds.
     * To be asked every second or so, by one thread. Blocks as {@link #flush} does if it is time, else a few property reads; the merging goes on behind it, and may need as
     * much space again as what it merges.
     *
     * @param mayBegin otherwise what was begun goes on alone
     * @return whether something was begun
     */
    boolean compactForScans(boolean mayBegin);

    RangeFiles rangeFiles();

    /**
     * Clears {@code dataRange} and takes in the named range files (durable at once). The range must have no reader or writer.
     * The files stay until deleted.
     *
     * @throws IllegalArgumentException if a file holds a key outside the range; nothing is changed then
     */
    void replaceRange(KeyRange dataRange, Iterable<String> fileNames);

    /**
     * Removes all DATA of a range whose removal is already recorded durably; whole files are unlinked first, and with them what a {@link KvSnapshot} taken before
     * could see of the range. Idempotent.
     */
    void destroyRange(KeyRange dataRange);

    /** Roughly how many bytes the range takes, memory included. */
    long approximateBytes(KeyRange dataRange);

    /** A key that splits the range into halves of similar size, strictly inside it, if it has at least two keys. */
    Optional<Key> middleKey(KeyRange dataRange);

    /** Bytes now held in memory by the engine (write buffers and caches). */
    long memoryBytes();

    @Override
    void close();
}
