package dev.cleave.engine.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.openhft.posix.PosixAPI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Allocates the blocks of a segment before it is mapped: a store into a sparse mapping on a full disk would kill the JVM. Uses
 * fallocate, which writes nothing; zeros written ahead would cost the first force all of them, and were measured to make single
 * forced records four times slower. Where the file system cannot, the floor of free space is all there is, and it says so.
 */
final class SpaceReserve {
    private static final Logger LOG = LoggerFactory.getLogger(SpaceReserve.class);
    private static final int O_RDWR_CREAT = 0x42;
    private static final int RW_R__R__ = 0644;
    private static final int ENOSPC = 28;

    private boolean isUnsupported;

    /** Creates {@code file} with {@code bytes} allocated, reading as zeros; false if this file system cannot. */
    boolean allocate(Path file, long bytes) {
        if (isUnsupported) {
            return false;
        }
        try {
            PosixAPI posix = PosixAPI.posix();
            int descriptor = posix.open(file.toString(), O_RDWR_CREAT, RW_R__R__);
            int result = posix.fallocate(descriptor, 0, 0, bytes);
            int error = result == 0 ? 0 : posix.lastError();
            posix.close(descriptor);
            if (error == ENOSPC) {
                Files.deleteIfExists(file);
                throw new IOException("no space for a log segment of " + bytes + " bytes; free some and restart");
            }
            // A binding that silently does nothing leaves no file of that size.
            if (Files.exists(file) && Files.size(file) == bytes) {
                return true;
            }
            isUnsupported = true;
            Files.deleteIfExists(file);
            LOG.warn(
                    "log space cannot be reserved here, only the free-space floor protects file={} errno={}",
                    file,
                    error);
            return false;
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot reserve log segment " + file, failure);
        }
    }
}
