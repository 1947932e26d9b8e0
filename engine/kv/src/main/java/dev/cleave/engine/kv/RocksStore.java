package dev.cleave.engine.kv;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Range;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SizeApproximationFlag;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;

/**
 * The engine on RocksDB: write-ahead log off, flushes atomic over all families, and this class the only holder of the family
 * handles, so that nobody can flush one family alone (which would break the consistent prefix, and make {@link #getDurable} lie).
 *
 * <p>Every call counts itself in {@link UseCount}; after {@link #close} calls throw {@link IllegalStateException} instead of
 * killing the JVM. Closing waits for calls under way, at most 30 s, and frees snapshots that were left open.
 */
@AnyThread
public final class RocksStore implements KvEngine {
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(30);
    private static final String SUPER_VERSION = "rocksdb.current-super-version-number";

    private final Path directory;
    private final RocksOptions options;
    private final Suspicion suspicion;
    private final RocksHandles handles;
    private final UseCount uses;
    private final RocksRangeFiles rangeFiles;
    private final RocksScans scans;
    private final ScanCompaction scanCompaction;
    private final RocksGets gets;
    private final Set<RocksSnapshot> snapshots = ConcurrentHashMap.newKeySet();
    private final BatchBuffers buffers = new BatchBuffers();
    private final AtomicLong ownFlushes = new AtomicLong();
    /** Where values are read to that may be too large; one for each of the few threads that look into memory. */
    private final ThreadLocal<byte[]> scratch = ThreadLocal.withInitial(() -> new byte[0]);

    private final int dataId;
    private final int metaId;

    private RocksStore(Path directory, RocksOptions options, RocksHandles handles) {
        this.directory = directory;
        this.options = options;
        this.suspicion = new Suspicion(directory);
        this.handles = handles;
        uses = new UseCount("the engine in " + directory);
        scanCompaction = new ScanCompaction(this, handles, options.dataWriteBufferBytes() / 4);
        scans = new RocksScans(this, handles, uses, scanCompaction);
        gets = new RocksGets(this, handles, uses);
        rangeFiles =
                new RocksRangeFiles(this, handles, uses, RangeFileDirectory.open(directory.resolve("range-files")));
        dataId = handles.data.getID();
        metaId = handles.meta.getID();
    }

    /**
     * Opens the engine in {@code directory}, which is made if it is missing.
     *
     * @throws EngineFailure if the directory is in use by another store, or cannot be read
     */
    public static RocksStore open(Path directory, RocksOptions options) {
        return open(directory, options, true);
    }

    /**
     * As {@link #open}, also if a table cannot be opened: what reads it fails then.
     */
    static RocksStore openLeniently(Path directory, RocksOptions options) {
        return open(directory, options, false);
    }

    private static RocksStore open(Path directory, RocksOptions options, boolean isStrict) {
        NativeLibrary.load(options.libraryDirectory());
        try {
            Files.createDirectories(directory);
        } catch (IOException failed) {
            throw new EngineFailure("cannot make the engine directory " + directory, failed);
        }
        RocksHandles handles = RocksHandles.open(directory, options, isStrict);
        boolean isComplete = false;
        try {
            RocksStore store = new RocksStore(directory, options, handles);
            isComplete = true;
            return store;
        } finally {
            if (!isComplete) {
                handles.close();
            }
        }
    }

    @Override
    public byte @Nullable [] get(Family family, byte[] key) {
        uses.enter();
        try {
            return handles.db.get(handles.family(family), handles.read, key);
        } catch (RocksDBException failed) {
            throw failure("read", failed);
        } finally {
            uses.leave();
        }
    }

    @Override
    public MemoryRead getFromMemory(byte[] key, int bytesMax) {
        byte[] room = scratch.get();
        if (room.length != bytesMax) {
            room = new byte[bytesMax];
            scratch.set(room);
        }
        uses.enter();
        try {
            int length = handles.db.get(handles.data, handles.memoryRead, key, room);
            if (length == RocksDB.NOT_FOUND) {
                return MemoryRead.ABSENT;
            }
            return length > bytesMax ? MemoryRead.ELSEWHERE : MemoryRead.found(Arrays.copyOf(room, length));
        } catch (RocksDBException incompleteOrFailed) {
            return MemoryRead.ELSEWHERE;
        } finally {
            uses.leave();
        }
    }

    @Override
    public void getAll(LentKeys keys, LentVisitor visitor) {
        gets.getAll(keys, visitor);
    }

    @Override
    public boolean getAllFromMemory(LentKeys keys, LentVisitor visitor) {
        return gets.getAllFromMemory(keys, visitor);
    }

    @Override
    public byte @Nullable [] getDurable(byte[] metaKey) {
        uses.enter();
        try {
            return handles.db.get(handles.meta, handles.durableRead, metaKey);
        } catch (RocksDBException failed) {
            throw failure("read", failed);
        } finally {
            uses.leave();
        }
    }

    @Override
    public KvBatch newBatch() {
        return new RocksBatch(this, buffers);
    }

    @Override
    public void write(KvBatch batch) {
        if (!(batch instanceof RocksBatch own) || !own.belongsTo(this)) {
            throw new IllegalArgumentException("the batch is not from this engine; take one from its newBatch()");
        }
        uses.enter();
        try {
            writeInside(own);
        } finally {
            uses.leave();
        }
    }

    @Override
    public KvSnapshot snapshot() {
        uses.enter();
        try {
            RocksSnapshot taken = new RocksSnapshot(this, handles, uses);
            snapshots.add(taken);
            return taken;
        } finally {
            uses.leave();
        }
    }

    @Override
    public void scan(Family family, KeyRange range, boolean isReverse, LentVisitor visitor) {
        scans.scan(family, range, isReverse, visitor);
    }

    @Override
    public boolean scanMemory(KeyRange dataRange, boolean isReverse, LentVisitor visitor) {
        return scans.scanMemory(dataRange, isReverse, visitor);
    }

    @Override
    public void flush() {
        uses.enter();
        try {
            flushAll();
        } finally {
            uses.leave();
        }
    }

    /**
     * Grows with every completed flush of any family: it sums the version numbers that RocksDB gives each family's set of write
     * buffers and files, and our own flushes. It also grows when a write buffer is changed or a compaction ends, so a watcher
     * may look once in vain, but {@link #getDurable} cannot change without it. Two reads of a property, about 0.2 µs.
     */
    @Override
    public long flushes() {
        uses.enter();
        try {
            long versions = handles.db.getLongProperty(handles.data, SUPER_VERSION)
                    + handles.db.getLongProperty(handles.meta, SUPER_VERSION);
            return ownFlushes.get() + versions;
        } catch (RocksDBException failed) {
            throw failure("look into", failed);
        } finally {
            uses.leave();
        }
    }

    @Override
    public boolean compactForScans(boolean mayBegin) {
        uses.enter();
        try {
            return scanCompaction.work(mayBegin);
        } catch (RocksDBException failed) {
            throw failure("compact", failed);
        } finally {
            uses.leave();
        }
    }

    @Override
    public RangeFiles rangeFiles() {
        return rangeFiles;
    }

    @Override
    public void replaceRange(KeyRange dataRange, Iterable<String> fileNames) {
        uses.enter();
        try {
            List<Path> files = rangeFiles.holdingOnly(dataRange, fileNames);
            deleteRange(dataRange);
            flushAll();
            rangeFiles.ingest(files);
        } finally {
            uses.leave();
        }
    }

    @Override
    public void destroyRange(KeyRange dataRange) {
        uses.enter();
        try {
            handles.db.deleteFilesInRanges(
                    handles.data, List.of(dataRange.startInclusive().bytes(), KeyBounds.end(dataRange)), false);
            // Unlinking a file may bring older versions below it back to light: the range tombstone hides them.
            deleteRange(dataRange);
        } catch (RocksDBException failed) {
            throw failure("destroy a range of", failed);
        } finally {
            uses.leave();
        }
    }

    /** Counts what was deleted but not yet compacted away, too. */
    @Override
    public long approximateBytes(KeyRange dataRange) {
        uses.enter();
        try (Slice start = new Slice(dataRange.startInclusive().bytes());
                Slice end = new Slice(KeyBounds.end(dataRange))) {
            return handles.db
                    .getApproximateSizes(
                            handles.data,
                            List.of(new Range(start, end)),
                            SizeApproximationFlag.INCLUDE_FILES,
                            SizeApproximationFlag.INCLUDE_MEMTABLES)[0];
        } finally {
            uses.leave();
        }
    }

    @Override
    public Optional<Key> middleKey(KeyRange dataRange) {
        uses.enter();
        try {
            return new MiddleKey(handles, dataRange).find();
        } catch (RocksDBException failed) {
            throw failure("read", failed);
        } finally {
            uses.leave();
        }
    }

    /** The block cache (write buffers are charged to it) and what open tables hold outside it. */
    @Override
    public long memoryBytes() {
        uses.enter();
        try {
            return handles.cache.getUsage()
                    + handles.db.getLongProperty(handles.data, "rocksdb.estimate-table-readers-mem");
        } catch (RocksDBException failed) {
            throw failure("look into", failed);
        } finally {
            uses.leave();
        }
    }

    /** Flushes and compactions that failed since opening; above 0 the process should end and start again. */
    public long backgroundErrors() {
        uses.enter();
        try {
            return handles.db.getLongProperty(handles.data, "rocksdb.background-errors");
        } catch (RocksDBException failed) {
            throw failure("look into", failed);
        } finally {
            uses.leave();
        }
    }

    /** How many files of level 0 start a compaction now. */
    int filesMin() {
        uses.enter();
        try {
            return handles.db.getOptions(handles.data).level0FileNumCompactionTrigger();
        } catch (RocksDBException failed) {
            throw failure("look into", failed);
        } finally {
            uses.leave();
        }
    }

    /** Files of level 0: sorted runs that no compaction has merged yet. */
    int unmergedFiles() {
        uses.enter();
        try {
            return scanCompaction.files();
        } catch (RocksDBException failed) {
            throw failure("look into", failed);
        } finally {
            uses.leave();
        }
    }

    @Override
    public void close() {
        if (!uses.close(CLOSE_PATIENCE)) {
            return;
        }
        try {
            snapshots.forEach(RocksSnapshot::release);
            snapshots.clear();
            rangeFiles.close();
            if (options.flushesOnClose()) {
                flushAll();
            }
        } finally {
            handles.close();
        }
    }

    int familyId(Family family) {
        return switch (family) {
            case DATA -> dataId;
            case META -> metaId;
        };
    }

    /** Whether {@code snapshot} was open until now: its caller must release it. */
    boolean forget(RocksSnapshot snapshot) {
        return snapshots.remove(snapshot);
    }

    Path rangeFile(String name) {
        return rangeFiles.path(name);
    }

    /** Takes in files for ranges that are empty; they stay. */
    void takeIn(List<Path> files) {
        uses.enter();
        try {
            rangeFiles.ingest(files);
        } finally {
            uses.leave();
        }
    }

    /** The only flush there is: all families, or the prefix breaks. The caller is counted in. */
    void flushAll() {
        try {
            handles.db.flush(handles.flush, handles.families);
            ownFlushes.incrementAndGet();
        } catch (RocksDBException failed) {
            throw failure("flush", failed);
        }
    }

    EngineFailure failure(String attempt, RocksDBException failed) {
        return suspicion.failure(
                "cannot " + attempt + " the engine in " + directory + ": " + failed.getMessage(), failed);
    }

    private void deleteRange(KeyRange dataRange) {
        RocksBatch batch = new RocksBatch(this, buffers);
        batch.deleteRange(Family.DATA, dataRange);
        writeInside(batch);
    }

    private void writeInside(RocksBatch batch) {
        try (batch;
                WriteBatch encoded = new WriteBatch(batch.encoded())) {
            if (!batch.isEmpty()) {
                handles.db.write(handles.write, encoded);
            }
        } catch (RocksDBException failed) {
            throw failure("write", failed);
        }
    }
}
