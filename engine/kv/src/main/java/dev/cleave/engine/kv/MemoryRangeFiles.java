package dev.cleave.engine.kv;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * Range files of a {@link MemoryStore}: each pair is two lengths of 4 bytes, the key and the value. Complete files lie on the disk;
 * received bytes are lost in a crash until they are sealed.
 */
@AnyThread
final class MemoryRangeFiles implements RangeFiles {
    private final MemoryStore store;
    private final MemoryDisk disk;
    /** Guarded by the disk's monitor, like the files on it. */
    private final TreeMap<String, ByteArrayOutputStream> receiving = new TreeMap<>();

    MemoryRangeFiles(MemoryStore store, MemoryDisk disk) {
        this.store = store;
        this.disk = disk;
    }

    @Override
    public Export begin(KvSnapshot snapshot, KeyRange range, String prefix, long fileBytesMax) {
        if (!(snapshot instanceof MemorySnapshot own) || !own.belongsTo(store)) {
            throw new IllegalArgumentException("the snapshot is not from this engine");
        }
        return new MemoryExport(own, range, prefix, fileBytesMax);
    }

    @Override
    public void read(String name, long offset, ByteBuffer into) {
        byte[] file = complete(name);
        if (offset < 0 || offset + into.remaining() > file.length) {
            throw new EngineFailure("range file " + name + " has " + file.length + " bytes: nothing at "
                    + (offset + into.remaining() - 1));
        }
        into.put(file, (int) offset, into.remaining());
    }

    @Override
    public void append(String name, long offset, ByteBuffer bytes) {
        FileNames.check(name);
        synchronized (disk) {
            store.checkOpen();
            if (offset == 0) {
                receiving.put(name, new ByteArrayOutputStream());
            }
            ByteArrayOutputStream file = receiving.get(name);
            int received = file == null ? 0 : file.size();
            if (file == null || received != offset) {
                throw new IllegalStateException("bytes at " + offset + " of range file " + name + " do not follow the "
                        + received + " received; start again at 0");
            }
            byte[] copied = new byte[bytes.remaining()];
            bytes.get(copied);
            file.writeBytes(copied);
        }
    }

    @Override
    public boolean seal(Info expected) {
        String name = FileNames.check(expected.name());
        synchronized (disk) {
            store.checkOpen();
            ByteArrayOutputStream received = receiving.remove(name);
            byte[] file = received == null ? disk.files().get(name) : received.toByteArray();
            if (file == null || file.length != expected.bytes() || checksum(file) != expected.crc32c()) {
                return false;
            }
            disk.files().put(name, file);
            return true;
        }
    }

    @Override
    public void delete(String prefix) {
        FileNames.check(prefix);
        synchronized (disk) {
            store.checkOpen();
            receiving.keySet().removeIf(name -> name.startsWith(prefix));
            disk.files().keySet().removeIf(name -> name.startsWith(prefix));
        }
    }

    @Override
    public List<String> list() {
        synchronized (disk) {
            store.checkOpen();
            TreeSet<String> names = new TreeSet<>(receiving.keySet());
            names.addAll(disk.files().keySet());
            return List.copyOf(names);
        }
    }

    /** {@code pairs} and those of the named files, each of which must lie inside {@code range}. */
    SortedPairs addTo(SortedPairs pairs, KeyRange range, Iterable<String> names) {
        SortedPairs all = pairs;
        for (String name : names) {
            ByteBuffer file = ByteBuffer.wrap(complete(name));
            while (file.hasRemaining()) {
                byte[] key = new byte[file.getInt()];
                byte[] value = new byte[file.getInt()];
                file.get(key).get(value);
                if (!range.contains(Key.own(key))) {
                    throw new IllegalArgumentException("range file " + name + " holds " + Key.own(key)
                            + ", which is not inside " + range + "; it belongs to another range");
                }
                all = all.with(key, value);
            }
        }
        return all;
    }

    private byte[] complete(String name) {
        FileNames.check(name);
        synchronized (disk) {
            store.checkOpen();
            byte[] file = disk.files().get(name);
            if (file == null) {
                throw new EngineFailure("range file " + name + " does not exist or is not sealed");
            }
            return file;
        }
    }

    private static int checksum(byte[] file) {
        CRC32C crc = new CRC32C();
        crc.update(file);
        return (int) crc.getValue();
    }

    private final class MemoryExport extends SteppedExport {
        private final MemorySnapshot snapshot;
        private final ByteArrayOutputStream file = new ByteArrayOutputStream();

        MemoryExport(MemorySnapshot snapshot, KeyRange range, String prefix, long fileBytesMax) {
            super(range, prefix, fileBytesMax);
            this.snapshot = snapshot;
        }

        @Override
        void scan(KeyRange range, KvSnapshot.Visitor visitor) {
            snapshot.scan(KvEngine.Family.DATA, range, false, visitor);
        }

        @Override
        void put(String name, byte[] key, byte[] value) {
            file.writeBytes(ByteBuffer.allocate(8)
                    .putInt(key.length)
                    .putInt(value.length)
                    .array());
            file.writeBytes(key);
            file.writeBytes(value);
        }

        @Override
        Info complete(String name, long count) {
            byte[] complete = file.toByteArray();
            file.reset();
            Info info = new Info(name, complete.length, checksum(complete), count);
            synchronized (disk) {
                store.checkOpen();
                disk.files().put(name, complete);
            }
            return info;
        }

        @Override
        void force() {
            // Complete files lie on the disk already.
        }

        @Override
        public void close() {
            // What is not complete was never on the disk.
        }
    }
}
