package dev.cleave.engine.kv;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.KeyRange;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The files in which ranges travel between stores (SST files in production). Names are made by the caller from ids alone:
 * letters, digits, '-', '_' and '.'; no directories.
 */
@AnyThread
public interface RangeFiles {
    /** What one file is: its length and a CRC32C over all its bytes. */
    record Info(String name, long bytes, int crc32c, long keys) {}

    /** A range on its way into files, step by step, so that whoever writes it may keep to a rate. Any one thread at a time; close it. */
    interface Export extends AutoCloseable {
        /** Writes about {@code bytesMax} more bytes of keys and values, a pair at least; false once all are written and forced to disk. */
        boolean write(long bytesMax);

        /** The files, once {@link #write} has returned false. */
        List<Info> files();

        /** Ends it. Complete files stay, one that is not goes. */
        @Override
        void close();
    }

    /**
     * Begins to write the DATA pairs of {@code range} in {@code snapshot} to files {@code prefix-0}, {@code prefix-1}, ..., each at most about
     * {@code fileBytesMax} before compression. An empty range gives no file. The snapshot must stay open, and no part of the range may be destroyed
     * ({@link KvEngine#destroyRange}), until all is written.
     */
    Export begin(KvSnapshot snapshot, KeyRange range, String prefix, long fileBytesMax);

    /** The same in one go. */
    default List<Info> export(KvSnapshot snapshot, KeyRange range, String prefix, long fileBytesMax) {
        try (Export export = begin(snapshot, range, prefix, fileBytesMax)) {
            boolean isMore = true;
            while (isMore) {
                isMore = export.write(Long.MAX_VALUE);
            }
            return export.files();
        }
    }

    /** Reads {@code into.remaining()} bytes at {@code offset} of an exported or sealed file, or throws {@link EngineFailure}. */
    void read(String name, long offset, ByteBuffer into);

    /**
     * Appends to (or starts anew, at offset 0) a file received from elsewhere, consuming {@code bytes}. It cannot be read, and
     * does not outlive the process, before it is sealed.
     *
     * @throws IllegalStateException if the offset does not follow what was received: start again at 0
     */
    void append(String name, long offset, ByteBuffer bytes);

    /**
     * Forces a received file and checks its length and checksum. If they differ, what was received is dropped and the answer is
     * false. Sealing again only checks.
     */
    boolean seal(Info expected);

    /** Deletes every file whose name starts with {@code prefix}. */
    void delete(String prefix);

    /** All names, sorted, files being received among them. */
    List<String> list();
}
