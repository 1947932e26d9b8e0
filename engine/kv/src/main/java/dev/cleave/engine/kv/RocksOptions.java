package dev.cleave.engine.kv;

import java.nio.file.Path;

/**
 * How much a {@link RocksStore} may take.
 *
 * @param blockCacheBytes cache of blocks, indexes and filters; the write buffers are charged to it
 * @param writeBuffersBytes all write buffers together; reaching it starts a flush
 * @param dataWriteBufferBytes one write buffer of DATA
 * @param metaWriteBufferBytes one write buffer of META
 * @param targetFileBytes files of the lower levels; smaller ones make destroying a range unlink more of it
 * @param openFilesMax table files kept open
 * @param backgroundJobs flushes and compactions at the same time
 * @param flushesOnClose whether closing writes out what is in memory; without it the log replays more
 * @param libraryDirectory where the native library is unpacked, once per version, for all processes of this user
 */
public record RocksOptions(
        long blockCacheBytes,
        long writeBuffersBytes,
        long dataWriteBufferBytes,
        long metaWriteBufferBytes,
        long targetFileBytes,
        int openFilesMax,
        int backgroundJobs,
        boolean flushesOnClose,
        Path libraryDirectory) {
    private static final long WRITE_BUFFER_BYTES_MIN = 64 << 10;

    public RocksOptions {
        require(blockCacheBytes >= writeBuffersBytes, "blockCacheBytes is at least writeBuffersBytes");
        require(writeBuffersBytes >= dataWriteBufferBytes, "writeBuffersBytes is at least dataWriteBufferBytes");
        require(dataWriteBufferBytes >= WRITE_BUFFER_BYTES_MIN, "dataWriteBufferBytes is at least 64 KiB");
        require(metaWriteBufferBytes >= WRITE_BUFFER_BYTES_MIN, "metaWriteBufferBytes is at least 64 KiB");
        require(targetFileBytes >= WRITE_BUFFER_BYTES_MIN, "targetFileBytes is at least 64 KiB");
        require(openFilesMax >= 32, "openFilesMax is at least 32");
        require(backgroundJobs >= 2, "backgroundJobs is at least 2: one flush beside one compaction");
    }

    /** For a node of which the engine may take about 128 MiB: 64 cache (32 of them write buffers) and what RocksDB takes beside. */
    public static RocksOptions defaults() {
        return ofBudget(128L << 20);
    }

    /** Everything in proportion to {@code bytes}; at least 2 MiB. */
    public static RocksOptions ofBudget(long bytes) {
        require(bytes >= 2 << 20, "the budget is at least 2 MiB");
        return new RocksOptions(
                bytes / 2,
                bytes / 4,
                bytes / 8,
                Math.max(bytes / 32, WRITE_BUFFER_BYTES_MIN),
                Math.min(bytes / 8, 16L << 20),
                512,
                2,
                true,
                Path.of(System.getProperty("java.io.tmpdir")));
    }

    public RocksOptions withFlushesOnClose(boolean flushes) {
        return new RocksOptions(
                blockCacheBytes,
                writeBuffersBytes,
                dataWriteBufferBytes,
                metaWriteBufferBytes,
                targetFileBytes,
                openFilesMax,
                backgroundJobs,
                flushes,
                libraryDirectory);
    }

    public RocksOptions withLibraryDirectory(Path directory) {
        return new RocksOptions(
                blockCacheBytes,
                writeBuffersBytes,
                dataWriteBufferBytes,
                metaWriteBufferBytes,
                targetFileBytes,
                openFilesMax,
                backgroundJobs,
                flushesOnClose,
                directory);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("engine options: it must hold that " + what);
        }
    }
}
