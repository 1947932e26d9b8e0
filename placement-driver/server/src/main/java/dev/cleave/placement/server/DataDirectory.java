package dev.cleave.placement.server;

import dev.cleave.engine.base.Randomness;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A placement driver's directory: held by one process at a time, and marked by an identity file as its own.
 *
 * <pre>
 * placement.lock      locked while a process uses the directory
 * placement.identity  format, data uuid, number of starts (text; replaced whole at each start)
 * log/                the Raft log
 * engine/             the catalog
 * </pre>
 */
final class DataDirectory implements AutoCloseable {
    private static final String LOCK = "placement.lock";
    private static final String IDENTITY = "placement.identity";
    private static final int FORMAT = 1;

    private final Path path;
    private final FileChannel lock;
    private final long dataUuid;
    private final long startNumber;

    private DataDirectory(Path path, FileChannel lock, long dataUuid, long startNumber) {
        this.path = path;
        this.lock = lock;
        this.dataUuid = dataUuid;
        this.startNumber = startNumber;
    }

    /**
     * Takes the directory, which is made if it is missing, and counts one more start.
     *
     * @throws PlacementFailure if it is in use, belongs to something else, or cannot be read; in words
     */
    static DataDirectory take(Path path, Randomness randomness) {
        try {
            Files.createDirectories(path);
            refuseForeign(path);
            FileChannel lock = lock(path);
            try {
                Properties before = read(path);
                long uuid = before == null
                        ? Math.max(1, randomness.nextLong() >>> 1)
                        : number(path, before, "dataUuid", 16);
                long starts = before == null ? 1 : number(path, before, "starts", 10) + 1;
                write(path, uuid, starts);
                return new DataDirectory(path, lock, uuid, starts);
            } catch (IOException | RuntimeException failed) {
                lock.close();
                throw failed;
            }
        } catch (IOException failed) {
            throw new PlacementFailure(
                    "cannot use " + path + " as data directory: " + failed + "; check that it may be written", failed);
        }
    }

    Path log() {
        return path.resolve("log");
    }

    Path engine() {
        return path.resolve("engine");
    }

    long dataUuid() {
        return dataUuid;
    }

    long startNumber() {
        return startNumber;
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot release " + path, failed);
        }
    }

    private static void refuseForeign(Path path) throws IOException {
        if (Files.exists(path.resolve(IDENTITY))) {
            return;
        }
        try (Stream<Path> files = Files.list(path)) {
            boolean isForeign =
                    files.anyMatch(file -> !file.getFileName().toString().startsWith("placement."));
            if (isForeign) {
                throw new PlacementFailure(path + " is not empty and holds no placement driver's data"
                        + (Files.exists(path.resolve("engine")) ? " (is it a store's directory?)" : "")
                        + "; give the placement driver a directory of its own");
            }
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        @Nullable FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException heldHere) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new PlacementFailure(
                    path + " is in use by another placement driver; stop that one, or choose another directory");
        }
        return channel;
    }

    private static @Nullable Properties read(Path path) throws IOException {
        Path file = path.resolve(IDENTITY);
        if (!Files.exists(file)) {
            return null;
        }
        Properties properties = new Properties();
        try (Reader in = new StringReader(Files.readString(file))) {
            properties.load(in);
        }
        long format = number(path, properties, "format", 10);
        if (format != FORMAT) {
            throw new PlacementFailure(file + " has format " + format + ", but this build knows " + FORMAT
                    + "; run the release that wrote it, or a newer one");
        }
        return properties;
    }

    private static long number(Path path, Properties properties, String name, int radix) {
        String text = properties.getProperty(name, "");
        try {
            return Long.parseLong(text, radix);
        } catch (NumberFormatException damaged) {
            throw new PlacementFailure(path.resolve(IDENTITY) + " is damaged: " + name + " is '" + text
                    + "'; restore it from a backup of this directory");
        }
    }

    /** A new file beside the old one, forced, then put in its place, and the name forced: after a crash one of both is there, whole. */
    private static void write(Path path, long dataUuid, long starts) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("format", Integer.toString(FORMAT));
        properties.setProperty("dataUuid", Long.toString(dataUuid, 16));
        properties.setProperty("starts", Long.toString(starts));
        StringWriter text = new StringWriter();
        properties.store(text, "identity of a Cleave placement driver; do not edit");
        Path fresh = path.resolve(IDENTITY + ".new");
        try (FileChannel file = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(true);
        }
        Files.move(fresh, path.resolve(IDENTITY), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel names = FileChannel.open(path, StandardOpenOption.READ)) {
            names.force(true);
        }
    }
}
