package dev.cleave.engine.log;

import java.nio.ByteBuffer;
import java.util.TreeMap;

/** The open files of a log by number: what plain files and Chronicle's have in common. Bounded by the log's size. */
final class SegmentFiles implements AutoCloseable {
    private final TreeMap<Integer, SegmentFile> files = new TreeMap<>();
    private long bytesOnDisk;

    void add(SegmentFile file) {
        files.put(file.number(), file);
        bytesOnDisk += file.bytesOnDisk();
    }

    int[] numbers() {
        return files.keySet().stream().mapToInt(Integer::intValue).toArray();
    }

    boolean has(int number) {
        return files.containsKey(number);
    }

    boolean isEmpty() {
        return files.isEmpty();
    }

    int oldest() {
        return files.firstKey();
    }

    int newest() {
        return files.isEmpty() ? 0 : files.lastKey();
    }

    SegmentFile get(int number) {
        SegmentFile file = files.get(number);
        if (file == null) {
            throw new IllegalArgumentException("log segment " + number + " is not there, only " + files.keySet());
        }
        return file;
    }

    int read(int number, long offset, ByteBuffer into) {
        return get(number).read(offset, into);
    }

    void resize(int number, long bytes) {
        SegmentFile file = get(number);
        bytesOnDisk += bytes - file.bytesOnDisk();
        file.bytesOnDisk(bytes);
    }

    void trim(int number, long from) {
        SegmentFile file = get(number);
        bytesOnDisk -= file.bytesOnDisk();
        file.trim(from);
        bytesOnDisk += file.bytesOnDisk();
    }

    void delete(int number) {
        SegmentFile file = get(number);
        files.remove(number);
        bytesOnDisk -= file.bytesOnDisk();
        file.delete();
    }

    long bytesOnDisk() {
        return bytesOnDisk;
    }

    @Override
    public void close() {
        files.values().forEach(SegmentFile::close);
        files.clear();
    }
}
