package dev.cleave.engine.kv;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;
import org.rocksdb.SstFileReaderIterator;

/** Range files as SST files, written by {@link SstExport} and taken in without stalling writers of other ranges. */
@AnyThread
final class RocksRangeFiles implements RangeFiles, AutoCloseable {
    /** Tries without blocking writers; each one follows a flush, so a second is needed only if somebody wrote into the range. */
    private static final int INGEST_TRIES = 4;

    private final RocksStore store;
    private final RocksHandles handles;
    private final UseCount uses;
    private final RangeFileDirectory directory;

    RocksRangeFiles(RocksStore store, RocksHandles handles, UseCount uses, RangeFileDirectory directory) {
        this.store = store;
        this.handles = handles;
        this.uses = uses;
        this.directory = directory;
    }

    @Override
    public Export begin(KvSnapshot snapshot, KeyRange range, String prefix, long fileBytesMax) {
        if (!(snapshot instanceof RocksSnapshot own) || !own.belongsTo(store)) {
            throw new IllegalArgumentException("the snapshot is not from this engine");
        }
        return new SstExport(handles, uses, directory, own, range, prefix, fileBytesMax);
    }

    @Override
    public void read(String name, long offset, ByteBuffer into) {
        uses.enter();
        try {
            directory.read(name, offset, into);
        } finally {
            uses.leave();
        }
    }

    @Override
    public void append(String name, long offset, ByteBuffer bytes) {
        uses.enter();
        try {
            directory.append(name, offset, bytes);
        } finally {
            uses.leave();
        }
    }

    @Override
    public boolean seal(Info expected) {
        uses.enter();
        try {
            return directory.seal(expected);
        } finally {
            uses.leave();
        }
    }

    @Override
    public void delete(String prefix) {
        uses.enter();
        try {
            directory.delete(prefix);
        } finally {
            uses.leave();
        }
    }

    @Override
    public List<String> list() {
        uses.enter();
        try {
            return directory.list();
        } finally {
            uses.leave();
        }
    }

    Path path(String name) {
        return directory.path(name);
    }

    @Override
    public void close() {
        directory.close();
    }

    /** The paths of the named files, after a look that each exists and holds no key outside {@code range}. The caller is counted in. */
    List<Path> holdingOnly(KeyRange range, Iterable<String> names) {
        List<Path> paths = new ArrayList<>();
        for (String name : names) {
            Path path = directory.path(name);
            if (!Files.exists(path)) {
                throw new EngineFailure("range file " + name + " does not exist or is not sealed");
            }
            checkBorders(path, range);
            paths.add(path);
        }
        return paths;
    }

    /** Takes in files whose range was cleared and flushed. The files stay: RocksDB gets a hard link. The caller is counted in. */
    void ingest(List<Path> files) {
        if (files.isEmpty()) {
            return;
        }
        List<Path> links = new ArrayList<>();
        try {
            for (Path file : files) {
                links.add(directory.link(file));
            }
            ingestLinks(links.stream().map(Path::toString).toList());
        } catch (RocksDBException failed) {
            throw store.failure("ingest into", failed);
        } finally {
            links.forEach(directory::deleteUnfinished);
        }
    }

    private void ingestLinks(List<String> links) throws RocksDBException {
        for (int tries = 0; tries < INGEST_TRIES; tries++) {
            if (ingestUnlessItBlocks(links)) {
                return;
            }
            store.flushAll();
        }
        ingest(links, handles.ingestBlocking); // stalls every writer for the length of one flush
    }

    private boolean ingestUnlessItBlocks(List<String> links) throws RocksDBException {
        try {
            ingest(links, handles.ingest);
            return true;
        } catch (RocksDBException refused) {
            if (String.valueOf(refused.getMessage()).contains("requires flush")) {
                return false;
            }
            throw refused;
        }
    }

    private void ingest(List<String> links, IngestExternalFileOptions options) throws RocksDBException {
        handles.db.ingestExternalFile(handles.data, links, options);
    }

    private void checkBorders(Path path, KeyRange range) {
        try (SstFileReader file = new SstFileReader(handles.table)) {
            file.open(path.toString());
            try (ReadOptions options = new ReadOptions();
                    SstFileReaderIterator at = file.newIterator(options)) {
                at.seekToFirst();
                at.status();
                Key first = Key.own(at.key());
                at.seekToLast();
                at.status();
                Key last = Key.own(at.key());
                if (!range.contains(first) || !range.contains(last)) {
                    throw new IllegalArgumentException("range file " + path.getFileName() + " holds " + first + " to "
                            + last + ", which is not inside " + range + "; it belongs to another range");
                }
            }
        } catch (RocksDBException failed) {
            throw store.failure("look into a range file of", failed);
        }
    }
}
