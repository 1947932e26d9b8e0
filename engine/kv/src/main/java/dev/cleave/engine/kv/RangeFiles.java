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

    /**
     * Writes the DATA pairs of {@code range} in {@code snapshot} to files {@code prefix-0}, {@code prefix-1}, ..., each at most about
     * {@code fileBytesMax} before compression, forced to disk. An empty range gives no file.
     */
    List<Info> export(KvSnapshot snapshot, KeyRange range, String prefix, long fileBytesMax);

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
