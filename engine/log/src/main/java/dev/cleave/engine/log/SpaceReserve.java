package dev.cleave.engine.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import net.openhft.posix.PosixAPI;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The space of the next segment, held ready: a file whose blocks are allocated, so that a roll succeeds on a full disk and a store into the
 * mapping cannot kill the JVM. Uses fallocate, which writes nothing; zeros written ahead would cost the first force all of them, and were measured to make
 * single forced records four times slower. Where the file system cannot, the floor of free space is all there is, and it says so.
 */
final class SpaceReserve {
    private static final Logger LOG = LoggerFactory.getLogger(SpaceReserve.class);
    private static final int O_RDWR_CREAT = 0x42;
    private static final int RW_R__R__ = 0644;
    private static final int PROBE_BYTES = 4096;

    private final long segmentBytes;
    private @Nullable Path held;
    private boolean isSupported;
    private boolean isUnsupported;

    SpaceReserve(long segmentBytes) {
        this.segmentBytes = segmentBytes;
    }

    /** Takes over the reserve that an earlier opening left, or deletes it if it is not one for {@code next}. */
    void adopt(Path found, Path next) {
        try {
            if (found.equals(next) && Files.size(found) == segmentBytes) {
                held = found;
            } else {
                Files.delete(found);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot take over the reserve of the log " + found, failure);
        }
    }

    /** Sees to it that {@code next} is there with its space allocated, reading as zeros; false if the disk is full. */
    boolean hold(Path next) {
        return isUnsupported || next.equals(held) || allocate(next);
    }

    /**
     * Gives out what was held for {@code next}, or tries to allocate it now. True if its space is allocated; false if this file system cannot, then
     * there is no such file.
     */
    boolean take(Path next) {
        if (!hold(next)) {
            throw new UncheckedIOException(
                    new IOException("no space for a log segment of " + segmentBytes + " bytes; free some and restart"));
        }
        held = null;
        return !isUnsupported;
    }

    /** As {@link #take}, and gives the file its place. */
    boolean takeAs(Path next, Path segment) {
        boolean isReserved = take(next);
        if (isReserved) {
            try {
                Files.move(next, segment, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException failure) {
                throw new UncheckedIOException("cannot place log segment " + segment, failure);
            }
        }
        return isReserved;
    }

    long bytesOnDisk() {
        return held == null ? 0 : segmentBytes;
    }

    private boolean allocate(Path file) {
        try {
            if (allocate(file, segmentBytes)) {
                isSupported = true;
                held = file;
                return true;
            }
            Files.deleteIfExists(file);
            if (isSupported || isFull(file)) {
                return false;
            }
            isUnsupported = true;
            LOG.warn("log space cannot be reserved here, only the free-space floor protects file={}", file);
            return true;
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot reserve log segment " + file, failure);
        }
    }

    /** The error number of the binding is not to be trusted (a full disk was seen as "no such file"): only the result counts. */
    private static boolean allocate(Path file, long bytes) throws IOException {
        PosixAPI posix = PosixAPI.posix();
        int descriptor = posix.open(file.toString(), O_RDWR_CREAT, RW_R__R__);
        int result = posix.fallocate(descriptor, 0, 0, bytes);
        posix.close(descriptor);
        // A binding that silently does nothing leaves no file of that size.
        return result == 0 && Files.exists(file) && Files.size(file) == bytes;
    }

    /** Whether it is for want of space that {@code file} could not be made: a file system that cannot allocate cannot allocate a little, either. */
    private boolean isFull(Path file) throws IOException {
        boolean hasSome = allocate(file, PROBE_BYTES);
        Files.deleteIfExists(file);
        Path directory = Objects.requireNonNull(file.getParent());
        return hasSome || Files.getFileStore(directory).getUsableSpace() < segmentBytes + PROBE_BYTES;
    }
}
