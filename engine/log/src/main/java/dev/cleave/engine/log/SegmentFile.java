package dev.cleave.engine.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;
import org.agrona.IoUtil;
import org.jspecify.annotations.Nullable;

/** One file of the log with its own channel: positional reads and writes, and the only force that counts. */
final class SegmentFile implements AutoCloseable {
    private static final int TRIM_CHUNK_BYTES = 64 << 10;

    private final int number;
    private final Path path;
    private final FileChannel channel;
    /** What it counts for in the log's size. */
    private long bytesOnDisk;

    /** Only to force by; nobody reads or writes through it. */
    private @Nullable MappedByteBuffer pages;

    private SegmentFile(int number, Path path, FileChannel channel, long bytesOnDisk) {
        this.number = number;
        this.path = path;
        this.channel = channel;
        this.bytesOnDisk = bytesOnDisk;
    }

    static SegmentFile open(int number, Path path, OpenOption... options) {
        try {
            FileChannel channel = FileChannel.open(path, Set.of(options));
            return new SegmentFile(number, path, channel, channel.size());
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot open log segment " + path, failure);
        }
    }

    int number() {
        return number;
    }

    long bytesOnDisk() {
        return bytesOnDisk;
    }

    void bytesOnDisk(long bytes) {
        bytesOnDisk = bytes;
    }

    long size() {
        try {
            return channel.size();
        } catch (IOException failure) {
            throw failed("ask for the size of", failure);
        }
    }

    int read(long offset, ByteBuffer into) {
        int start = into.position();
        try {
            while (into.hasRemaining()) {
                int read = channel.read(into, offset + into.position() - start);
                if (read < 0) {
                    break;
                }
            }
        } catch (IOException failure) {
            throw failed("read", failure);
        }
        return into.position() - start;
    }

    void write(long offset, ByteBuffer bytes) {
        long at = offset;
        try {
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        } catch (IOException failure) {
            throw failed("write", failure);
        }
    }

    void force() {
        try {
            channel.force(false);
        } catch (IOException failure) {
            throw failed("force", failure);
        }
    }

    /**
     * Forces the pages of [from, to) and no others, for a file that a mapping writes into elsewhere as well, where a reader need not look. The kernel writes
     * these pages, waits, commits what their place in the file needs and reports any error of it, as it does for {@link #force}. The file must reach
     * to {@code to} already and keep its size.
     */
    void force(int from, int to) {
        try {
            MappedByteBuffer open = pages;
            if (open == null) {
                open = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size());
                pages = open;
            }
            open.force(from, to - from);
        } catch (IOException failure) {
            throw failed("force", failure);
        } catch (UncheckedIOException failure) {
            throw failed("force", new IOException(failure));
        }
    }

    /** Lets go of what {@link #force(int, int)} holds, once the file takes no more. */
    void unmap() {
        IoUtil.unmap(pages);
        pages = null;
    }

    /** Gives back what lies behind {@code bytes}. */
    void truncate(long bytes) {
        try {
            channel.truncate(bytes);
        } catch (IOException failure) {
            throw failed("truncate", failure);
        }
    }

    /**
     * Gives back the space behind {@code from} and the last bytes that are not zero: a process that was killed has left all that it had reserved. That there are only
     * zeros is not enough: a record may end in them.
     */
    void trim(long from) {
        ByteBuffer chunk = ByteBuffer.allocateDirect(TRIM_CHUNK_BYTES);
        ByteBuffer zeros = ByteBuffer.allocateDirect(TRIM_CHUNK_BYTES);
        long end = size();
        boolean isUsed = false;
        while (end > from && !isUsed) {
            long start = (end - 1) / TRIM_CHUNK_BYTES * TRIM_CHUNK_BYTES;
            read(start, chunk.clear().limit((int) (end - start)));
            isUsed = chunk.flip().mismatch(zeros.clear().limit(chunk.limit())) >= 0;
            end = isUsed ? end : start;
        }
        long kept = Math.max(from, end);
        if (kept < size()) {
            truncate(kept);
            bytesOnDisk = Math.min(bytesOnDisk, kept);
        }
    }

    void delete() {
        close();
        try {
            Files.deleteIfExists(path);
        } catch (IOException failure) {
            throw failed("delete", failure);
        }
    }

    @Override
    public void close() {
        unmap();
        try {
            channel.close();
        } catch (IOException failure) {
            throw failed("close", failure);
        }
    }

    private UncheckedIOException failed(String step, IOException failure) {
        return new UncheckedIOException("cannot " + step + " log segment " + path, failure);
    }
}
