package dev.cleave.engine.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The log directory: held by one process at a time through a locked file in it, and forced after names in it change. */
final class DirectoryLock implements AutoCloseable {
    private static final String LOCK_FILE = "lock";

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /** Makes the directory if there is none and locks it. */
    static DirectoryLock take(Path directory) {
        try {
            Files.createDirectories(directory);
            Path file = directory.resolve(LOCK_FILE);
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ);
            if (tryLock(channel) == null) {
                channel.close();
                throw new IllegalStateException("log directory " + directory
                        + " is in use by another process (it holds " + file + "); stop that process first");
            }
            return new DirectoryLock(directory, channel);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot use log directory " + directory, failure);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldInThisProcess) {
            return null;
        }
    }

    /** Makes names created in and removed from the directory durable. */
    void forceNames() {
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot force log directory " + directory, failure);
        }
    }

    long usableBytes() {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot ask for the free space of " + directory, failure);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot release " + directory, failure);
        }
    }
}
