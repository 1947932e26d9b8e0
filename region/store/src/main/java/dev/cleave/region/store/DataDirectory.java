package dev.cleave.region.store;

import java.io.IOException;
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
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A store's directory: held by one process at a time, and marked by an identity file as its own.
 *
 * <pre>
 * store.lock      locked while a process uses the directory
 * store.identity  format, cluster id, store id, data uuid, number of starts (text; replaced whole)
 * log/            the Raft log
 * engine/         regions and their data
 * </pre>
 */
final class DataDirectory implements IdentityPort, AutoCloseable {
    private static final String LOCK = "store.lock";
    private static final String IDENTITY = "store.identity";
    private static final int FORMAT = 1;

    private final Path path;
    private final FileChannel lock;

    private DataDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Takes the directory, which is made if it is missing.
     *
     * @throws StoreFailure if it is in use, belongs to something else, or cannot be read; in words
     */
    static DataDirectory take(Path path) {
        try {
            Files.createDirectories(path);
            refuseForeign(path);
            return new DataDirectory(path, lock(path));
        } catch (IOException failed) {
            throw new StoreFailure(
                    "cannot use " + path + " as data directory: " + failed + "; check that it may be written", failed);
        }
    }

    Path log() {
        return path.resolve("log");
    }

    Path engine() {
        return path.resolve("engine");
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
        boolean isPlacement = Files.exists(path.resolve("placement.identity"));
        try (Stream<Path> files = Files.list(path)) {
            boolean isForeign =
                    files.anyMatch(file -> !file.getFileName().toString().startsWith("store."));
            if (isPlacement || isForeign) {
                throw new StoreFailure(path
                        + (isPlacement
                                ? " is a placement driver's directory"
                                : " is not empty and holds no store's data")
                        + "; give the store a directory of its own");
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
            throw new StoreFailure(path + " is in use by another store; stop that one, or choose another directory");
        }
        return channel;
    }

    @Override
    public Optional<StoreIdentity> load() {
        Path file = path.resolve(IDENTITY);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(Files.readString(file)));
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new StoreFailure("cannot read " + file + ": " + unreadable, unreadable);
        }
        long format = number(file, properties, "format", 10);
        if (format != FORMAT) {
            throw new StoreFailure(file + " has format " + format + ", but this build knows " + FORMAT
                    + "; run the release that wrote it, or a newer one");
        }
        return Optional.of(new StoreIdentity(
                number(file, properties, "clusterId", 10),
                number(file, properties, "storeId", 10),
                number(file, properties, "dataUuid", 16),
                number(file, properties, "starts", 10)));
    }

    private static long number(Path file, Properties properties, String name, int radix) {
        String text = properties.getProperty(name, "");
        try {
            return Long.parseLong(text, radix);
        } catch (NumberFormatException damaged) {
            throw new StoreFailure(
                    file + " is damaged: " + name + " is '" + text + "'; restore it from a backup of this directory");
        }
    }

    /** A new file beside the old one, forced, then put in its place, and the name forced: after a crash one of both is there, whole. */
    @Override
    public void save(StoreIdentity identity) {
        Properties properties = new Properties();
        properties.setProperty("format", Integer.toString(FORMAT));
        properties.setProperty("clusterId", Long.toString(identity.clusterId()));
        properties.setProperty("storeId", Long.toString(identity.storeId()));
        properties.setProperty("dataUuid", Long.toString(identity.dataUuid(), 16));
        properties.setProperty("starts", Long.toString(identity.startNumber()));
        StringWriter text = new StringWriter();
        Path fresh = path.resolve(IDENTITY + ".new");
        try {
            properties.store(text, "identity of a Cleave store; do not edit");
            try (FileChannel file = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
                file.force(true);
            }
            Files.move(
                    fresh, path.resolve(IDENTITY), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel names = FileChannel.open(path, StandardOpenOption.READ)) {
                names.force(true);
            }
        } catch (IOException failed) {
            throw new StoreFailure("cannot write " + path.resolve(IDENTITY) + ": " + failed, failed);
        }
    }
}
