package dev.cleave.bench;

import dev.cleave.engine.kv.RocksOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/** RocksDB as one would drive it by hand, with the engine's options: the other side of {@link EngineApplyBench}. Not thread-safe. */
final class BareRocks implements AutoCloseable {
    private final RocksDB db;
    private final List<ColumnFamilyHandle> families = new ArrayList<>();
    private final WriteOptions write = new WriteOptions().setDisableWAL(true);
    private final WriteBatch batch = new WriteBatch();

    /** The engine must have loaded the native library. */
    BareRocks(Path directory, RocksOptions options) throws IOException, RocksDBException {
        LRUCache cache = new LRUCache(options.blockCacheBytes(), -1, false, 0.5);
        BlockBasedTableConfig blocks = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setBlockSize(16 << 10)
                .setCacheIndexAndFilterBlocks(true)
                .setFilterPolicy(new BloomFilter(10, false));
        ColumnFamilyOptions data = new ColumnFamilyOptions()
                .setTableFormatConfig(blocks)
                .setWriteBufferSize(options.dataWriteBufferBytes())
                .setMaxWriteBufferNumber(3)
                .setTargetFileSizeBase(options.targetFileBytes())
                .setMaxBytesForLevelBase(4 * options.targetFileBytes())
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setMemtableWholeKeyFiltering(true)
                .setMemtablePrefixBloomSizeRatio(0.02);
        ColumnFamilyOptions small = new ColumnFamilyOptions()
                .setTableFormatConfig(blocks)
                .setWriteBufferSize(options.metaWriteBufferBytes())
                .setCompressionType(CompressionType.NO_COMPRESSION);
        DBOptions whole = new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setAtomicFlush(true)
                .setMaxBackgroundJobs(options.backgroundJobs())
                .setMaxOpenFiles(options.openFilesMax())
                .setBytesPerSync(1 << 20)
                .setWriteBufferManager(new WriteBufferManager(options.writeBuffersBytes(), cache, false));
        Files.createDirectories(directory);
        db = RocksDB.open(
                whole,
                directory.toString(),
                List.of(
                        new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, small),
                        new ColumnFamilyDescriptor("data".getBytes(java.nio.charset.StandardCharsets.US_ASCII), data),
                        new ColumnFamilyDescriptor("meta".getBytes(java.nio.charset.StandardCharsets.US_ASCII), small)),
                families);
    }

    void put(byte[] key, byte[] value) throws RocksDBException {
        batch.put(families.get(1), key, value);
    }

    /** Writes what was put, together with one pair of the other family. */
    void write(byte[] metaKey, byte[] metaValue) throws RocksDBException {
        batch.put(families.get(2), metaKey, metaValue);
        db.write(write, batch);
        batch.clear();
    }

    @Override
    public void close() {
        batch.close();
        write.close();
        families.forEach(ColumnFamilyHandle::close);
        db.close();
        // Options and cache are left to the end of the process: a benchmark's fork.
    }
}
