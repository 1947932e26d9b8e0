package dev.cleave.engine.kv;

import dev.cleave.engine.base.KeyRange;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileWriter;

/** Writes the pairs of a range to SST files of bounded size. Owned by the exporting thread. */
final class SstExport extends SteppedExport {
    private final RocksHandles handles;
    private final UseCount uses;
    private final RangeFileDirectory directory;
    private final RocksSnapshot snapshot;
    private @Nullable SstFileWriter writer;

    SstExport(
            RocksHandles handles,
            UseCount uses,
            RangeFileDirectory directory,
            RocksSnapshot snapshot,
            KeyRange range,
            String prefix,
            long fileBytesMax) {
        super(range, prefix, fileBytesMax);
        this.handles = handles;
        this.uses = uses;
        this.directory = directory;
        this.snapshot = snapshot;
    }

    @Override
    void scan(KeyRange range, KvSnapshot.Visitor visitor) {
        snapshot.scanInBulk(range, visitor);
    }

    @Override
    void put(String name, byte[] key, byte[] value) {
        try {
            SstFileWriter current = writer == null ? begin(name) : writer;
            current.put(key, value);
        } catch (RocksDBException failed) {
            throw failure(name, failed);
        }
    }

    @Override
    RangeFiles.Info complete(String name, long count) {
        uses.enter();
        try (SstFileWriter current = writer) {
            writer = null;
            if (current != null) {
                current.finish();
            }
        } catch (RocksDBException failed) {
            throw failure(name, failed);
        } finally {
            uses.leave();
        }
        return directory.finish(name, count);
    }

    @Override
    void force() {
        directory.force();
    }

    @Override
    public void close() {
        if (writer != null) {
            writer.close();
            writer = null;
            directory.unfinished(name());
        }
    }

    private SstFileWriter begin(String name) throws RocksDBException {
        SstFileWriter begun = new SstFileWriter(handles.env, handles.table);
        writer = begun;
        begun.open(directory.unfinished(name).toString());
        return begun;
    }

    private static EngineFailure failure(String name, RocksDBException failed) {
        return new EngineFailure("cannot write range file " + name + ": " + failed.getMessage(), failed);
    }
}
