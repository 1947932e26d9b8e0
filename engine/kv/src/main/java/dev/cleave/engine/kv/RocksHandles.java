package dev.cleave.engine.kv;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.EnvOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/** Every native object that lives as long as the store: made in one order, freed in the opposite one. Users keep {@link UseCount}. */
final class RocksHandles implements AutoCloseable {
    /** Whatever is written in bulk goes to the disk as it comes: the log beside it would wait for what has piled up. */
    private static final int BYTES_PER_SYNC = 1 << 20;

    /** None where data are soon written again: in level 0 and the first one below it, whichever that is. It would cost processor time with each flush, for a few MiB of disk. */
    private static final List<CompressionType> COMPRESSION =
            List.of(CompressionType.NO_COMPRESSION, CompressionType.NO_COMPRESSION, CompressionType.LZ4_COMPRESSION);

    private static final int DATA_WRITE_BUFFERS_MAX = 3;

    /** The first level below level 0, in files: what holds no more than that has one level less, and each level less is one compaction less of every pair. */
    private static final int LEVEL_BASE_FILES = 16;

    /** Each new range tombstone makes reads slower; after so many the write buffer is flushed. */
    private static final int RANGE_DELETIONS_MAX = 128;

    private final Deque<AbstractNativeReference> owned = new ArrayDeque<>();
    final LRUCache cache;
    final RocksDB db;
    /** All families, "default" included: what a flush must name, always whole. */
    final List<ColumnFamilyHandle> families;

    final ColumnFamilyHandle data;
    final ColumnFamilyHandle meta;
    final WriteOptions write;
    final ReadOptions read;
    final ReadOptions durableRead;
    final ReadOptions memoryRead;
    final FlushOptions flush;
    final IngestExternalFileOptions ingest;
    final IngestExternalFileOptions ingestBlocking;
    /** For table files written and read outside the database. */
    final Options table;

    final EnvOptions env;

    private RocksHandles(Path directory, RocksOptions options, boolean isStrict) throws RocksDBException {
        boolean isComplete = false;
        try {
            cache = own(new LRUCache(options.blockCacheBytes(), -1, false, 0.5));
            BlockBasedTableConfig blocks = blocks();
            DBOptions dbOptions = dbOptions(options).setParanoidChecks(isStrict);
            ColumnFamilyOptions dataOptions = dataOptions(options, blocks);
            ColumnFamilyOptions metaOptions = small(options, blocks);
            List<ColumnFamilyHandle> opened = new ArrayList<>();
            db = own(RocksDB.open(
                    dbOptions,
                    directory.toString(),
                    List.of(
                            new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, small(options, blocks)),
                            new ColumnFamilyDescriptor(name(KvEngine.Family.DATA), dataOptions),
                            new ColumnFamilyDescriptor(name(KvEngine.Family.META), metaOptions)),
                    opened));
            opened.forEach(this::own);
            families = List.copyOf(opened);
            data = families.get(1);
            meta = families.get(2);
            write = own(new WriteOptions().setDisableWAL(true));
            read = own(new ReadOptions());
            durableRead = own(new ReadOptions().setReadTier(ReadTier.PERSISTED_TIER));
            memoryRead = own(new ReadOptions().setReadTier(ReadTier.BLOCK_CACHE_TIER));
            flush = own(new FlushOptions().setWaitForFlush(true));
            ingest = own(new IngestExternalFileOptions().setMoveFiles(true).setAllowBlockingFlush(false));
            ingestBlocking = own(new IngestExternalFileOptions().setMoveFiles(true));
            table = own(new Options(dbOptions, dataOptions));
            env = own(new EnvOptions().setBytesPerSync(BYTES_PER_SYNC));
            isComplete = true;
        } finally {
            if (!isComplete) {
                close();
            }
        }
    }

    /**
     * The library must be loaded.
     *
     * @param isStrict whether a table that cannot be opened fails this already, rather than whoever reads it
     */
    static RocksHandles open(Path directory, RocksOptions options, boolean isStrict) {
        try {
            return new RocksHandles(directory, options, isStrict);
        } catch (RocksDBException failed) {
            String reason = String.valueOf(failed.getMessage());
            if (reason.contains("/LOCK:")) {
                throw new EngineFailure(
                        "the engine directory " + directory
                                + " is in use by another store; stop that one or name another" + " directory (" + reason
                                + ")",
                        failed);
            }
            throw new Suspicion(directory).failure("cannot open the engine in " + directory + ": " + reason, failed);
        }
    }

    ColumnFamilyHandle family(KvEngine.Family family) {
        return switch (family) {
            case DATA -> data;
            case META -> meta;
        };
    }

    /** Removes DATA whole, its tables unread, and durably; the next opening makes it anew, empty. Nothing but closing may follow. */
    void dropData() throws RocksDBException {
        db.dropColumnFamily(data);
    }

    @Override
    public void close() {
        while (!owned.isEmpty()) {
            owned.pop().close();
        }
    }

    private DBOptions dbOptions(RocksOptions options) {
        WriteBufferManager buffers = own(new WriteBufferManager(options.writeBuffersBytes(), cache, false));
        return own(new DBOptions())
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setAtomicFlush(true)
                .setAvoidFlushDuringShutdown(true) // closing flushes itself, and tells if that fails
                .setWriteBufferManager(buffers)
                .setMaxBackgroundJobs(options.backgroundJobs())
                .setMaxOpenFiles(options.openFilesMax())
                .setBytesPerSync(BYTES_PER_SYNC)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setMaxLogFileSize(16 << 20)
                .setKeepLogFileNum(5);
    }

    private BlockBasedTableConfig blocks() {
        return new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setBlockSize(16 << 10)
                .setCacheIndexAndFilterBlocks(true)
                .setCacheIndexAndFilterBlocksWithHighPriority(true)
                .setPinL0FilterAndIndexBlocksInCache(true)
                .setOptimizeFiltersForMemory(true)
                .setFilterPolicy(own(new BloomFilter(10, false)));
    }

    private ColumnFamilyOptions dataOptions(RocksOptions options, BlockBasedTableConfig blocks) {
        return own(new ColumnFamilyOptions())
                .setTableFormatConfig(blocks)
                .setWriteBufferSize(options.dataWriteBufferBytes())
                .setMaxWriteBufferNumber(DATA_WRITE_BUFFERS_MAX)
                .setLevel0FileNumCompactionTrigger(ScanCompaction.FILES_MIN)
                .setLevel0SlowdownWritesTrigger(20)
                .setLevel0StopWritesTrigger(36)
                .setTargetFileSizeBase(options.targetFileBytes())
                .setMaxBytesForLevelBase(LEVEL_BASE_FILES * options.targetFileBytes())
                .setCompressionPerLevel(COMPRESSION)
                .setMemtableWholeKeyFiltering(true)
                .setMemtablePrefixBloomSizeRatio(0.02)
                .setMemtableMaxRangeDeletions(RANGE_DELETIONS_MAX);
    }

    private ColumnFamilyOptions small(RocksOptions options, BlockBasedTableConfig blocks) {
        return own(new ColumnFamilyOptions())
                .setTableFormatConfig(blocks)
                .setWriteBufferSize(options.metaWriteBufferBytes())
                .setLevel0FileNumCompactionTrigger(4)
                .setCompressionType(CompressionType.NO_COMPRESSION)
                .setMemtableMaxRangeDeletions(RANGE_DELETIONS_MAX);
    }

    static byte[] name(KvEngine.Family family) {
        return family.name().toLowerCase(Locale.ROOT).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    private <T extends AbstractNativeReference> T own(T made) {
        owned.push(made);
        return made;
    }
}
