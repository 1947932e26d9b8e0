package dev.cleave.engine.kv;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileWriter;

/** Writes the pairs it visits, in ascending order, to SST files of bounded size. Owned by the exporting thread. */
final class SstExport implements KvSnapshot.Visitor, AutoCloseable {
    private final RocksHandles handles;
    private final RangeFileDirectory directory;
    private final String prefix;
    private final long fileBytesMax;
    private final List<RangeFiles.Info> done = new ArrayList<>();
    private @Nullable SstFileWriter writer;
    private long bytes;
    private long keys;

    SstExport(RocksHandles handles, RangeFileDirectory directory, String prefix, long fileBytesMax) {
        if (fileBytesMax <= 0) {
            throw new IllegalArgumentException("fileBytesMax is " + fileBytesMax + "; it must be positive");
        }
        this.handles = handles;
        this.directory = directory;
        this.prefix = FileNames.check(prefix);
        this.fileBytesMax = fileBytesMax;
    }

    @Override
    public boolean visit(byte[] key, byte[] value) {
        long pairBytes = key.length + value.length;
        try {
            if (writer != null && bytes + pairBytes > fileBytesMax) {
                finishFile(writer);
            }
            SstFileWriter current = writer == null ? startFile() : writer;
            current.put(key, value);
        } catch (RocksDBException failed) {
            throw new EngineFailure("cannot write range file " + name() + ": " + failed.getMessage(), failed);
        }
        bytes += pairBytes;
        keys++;
        return true;
    }

    /** Completes the last file and makes all names durable. */
    List<RangeFiles.Info> finish() throws RocksDBException {
        if (writer != null) {
            finishFile(writer);
        }
        directory.force();
        return List.copyOf(done);
    }

    @Override
    public void close() {
        if (writer != null) {
            writer.close();
            writer = null;
            directory.unfinished(name());
        }
    }

    private SstFileWriter startFile() throws RocksDBException {
        SstFileWriter started = new SstFileWriter(handles.env, handles.table);
        writer = started;
        started.open(directory.unfinished(name()).toString());
        bytes = 0;
        keys = 0;
        return started;
    }

    private void finishFile(SstFileWriter current) throws RocksDBException {
        current.finish();
        current.close();
        writer = null;
        done.add(directory.finish(name(), keys));
    }

    private String name() {
        return prefix + "-" + done.size();
    }
}
