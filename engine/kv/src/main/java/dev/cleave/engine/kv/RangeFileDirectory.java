package dev.cleave.engine.kv;

import dev.cleave.engine.base.AnyThread;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The directory of range files. A file is under its own name only when it is complete and forced; files being written or
 * received have a leading dot, and are swept at the next opening. A complete file is never changed in place: the engine may hold
 * a hard link to it.
 */
@AnyThread
final class RangeFileDirectory implements AutoCloseable {
    /** Files being received at a time; more means that transfers were abandoned and not deleted. */
    private static final int RECEIVING_MAX = 256;

    /** So much of a file being received is written before it is forced: all at the end, and the log beside it would wait for that. */
    private static final long FORCE_BYTES = 4L << 20;

    private static final String UNFINISHED = ".unfinished-";
    private static final String RECEIVING = ".receiving-";

    private final Path directory;
    private final Map<String, FileChannel> receiving = new TreeMap<>();

    private RangeFileDirectory(Path directory) {
        this.directory = directory;
    }

    static RangeFileDirectory open(Path directory) {
        try {
            Files.createDirectories(directory);
            RangeFileDirectory opened = new RangeFileDirectory(directory);
            opened.deleteWhere(name -> name.startsWith("."));
            for (Path at : List.of(directory, directory.resolveSibling("."), directory.resolveSibling(".."))) {
                if (Files.isReadable(at)) { // a strict parent may not be ours to open
                    force(at); // the directories may be new: their names must outlive a power cut as well
                }
            }
            return opened;
        } catch (IOException failed) {
            throw new EngineFailure("cannot open the range files in " + directory, failed);
        }
    }

    Path path(String name) {
        return directory.resolve(FileNames.check(name));
    }

    /** Where to build {@code name} before it is complete; what was there is gone. */
    Path unfinished(String name) {
        Path path = directory.resolve(UNFINISHED + FileNames.check(name));
        try {
            Files.deleteIfExists(path);
            return path;
        } catch (IOException failed) {
            throw failure("replace", name, failed);
        }
    }

    /** Forces what was built in {@link #unfinished}, gives it its name and measures it. {@link #force} must follow. */
    RangeFiles.Info finish(String name, long keys) {
        Path path = directory.resolve(UNFINISHED + name);
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            file.force(true);
            RangeFiles.Info info = new RangeFiles.Info(name, file.size(), checksum(file), keys);
            Files.move(path, path(name), StandardCopyOption.ATOMIC_MOVE);
            return info;
        } catch (IOException failed) {
            throw failure("finish", name, failed);
        }
    }

    /** Makes names durable. */
    void force() {
        try {
            force(directory);
        } catch (IOException failed) {
            throw failure("force the names of", "all", failed);
        }
    }

    void read(String name, long offset, ByteBuffer into) {
        try (FileChannel file = FileChannel.open(path(name), StandardOpenOption.READ)) {
            long at = offset;
            while (into.hasRemaining()) {
                int bytes = file.read(into, at);
                if (bytes < 0) {
                    throw new EngineFailure("range file " + name + " has " + file.size() + " bytes: nothing at " + at);
                }
                at += bytes;
            }
        } catch (IOException failed) {
            throw failure("read", name, failed);
        }
    }

    synchronized void append(String name, long offset, ByteBuffer bytes) {
        try {
            FileChannel file = offset == 0 ? startReceiving(name) : receiving.get(name);
            long received = file == null ? 0 : file.size();
            if (file == null || received != offset) {
                throw new IllegalStateException("bytes at " + offset + " of range file " + name + " do not follow the "
                        + received + " received; start again at 0");
            }
            long end = offset + bytes.remaining();
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            if (offset / FORCE_BYTES != end / FORCE_BYTES) {
                file.force(false);
            }
        } catch (IOException failed) {
            throw failure("append to", name, failed);
        }
    }

    synchronized boolean seal(RangeFiles.Info expected) {
        String name = FileNames.check(expected.name());
        try (FileChannel received = receiving.remove(name)) {
            if (received == null) {
                return isComplete(expected);
            }
            received.force(true);
            if (!matches(received, expected)) {
                Files.delete(directory.resolve(RECEIVING + name));
                return false;
            }
            Files.move(directory.resolve(RECEIVING + name), path(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw failure("seal", name, failed);
        }
        force();
        return true;
    }

    synchronized void delete(String prefix) {
        FileNames.check(prefix);
        try {
            for (String name : List.copyOf(receiving.keySet())) {
                if (name.startsWith(prefix)) {
                    stopReceiving(name);
                }
            }
            deleteWhere(name -> name.startsWith(prefix));
        } catch (IOException failed) {
            throw failure("delete", prefix + "*", failed);
        }
    }

    synchronized List<String> list() {
        try {
            TreeSet<String> names = new TreeSet<>(receiving.keySet());
            names(name -> !name.startsWith(".")).forEach(names::add);
            return List.copyOf(names);
        } catch (IOException failed) {
            throw failure("list", "all", failed);
        }
    }

    /** A second name for a complete file, which the engine may take away; a copy where the file system has no links. */
    Path link(Path complete) {
        Path link = unfinished(complete.getFileName().toString());
        try {
            try {
                Files.createLink(link, complete);
            } catch (UnsupportedOperationException noLinks) {
                Files.copy(complete, link);
            }
            return link;
        } catch (IOException failed) {
            throw failure("link", complete.toString(), failed);
        }
    }

    void deleteUnfinished(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException failed) {
            throw failure("delete", path.toString(), failed);
        }
    }

    @Override
    public synchronized void close() {
        try {
            for (String name : List.copyOf(receiving.keySet())) {
                stopReceiving(name);
            }
        } catch (IOException failed) {
            throw failure("close", "all", failed);
        }
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private FileChannel startReceiving(String name) throws IOException {
        Path path = directory.resolve(RECEIVING + FileNames.check(name));
        stopReceiving(name);
        if (receiving.size() >= RECEIVING_MAX) {
            throw new IllegalStateException(
                    "already receiving " + RECEIVING_MAX + " range files; delete the abandoned ones");
        }
        FileChannel file = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        receiving.put(name, file);
        return file;
    }

    private void stopReceiving(String name) throws IOException {
        FileChannel old = receiving.remove(name);
        if (old != null) {
            old.close();
            Files.deleteIfExists(directory.resolve(RECEIVING + name));
        }
    }

    /** Sealing twice is fine: a redone step finds the file in place. */
    private boolean isComplete(RangeFiles.Info expected) throws IOException {
        try (FileChannel file = FileChannel.open(path(expected.name()), StandardOpenOption.READ)) {
            return matches(file, expected);
        } catch (NoSuchFileException missing) {
            return false;
        }
    }

    private static boolean matches(FileChannel file, RangeFiles.Info expected) throws IOException {
        return file.size() == expected.bytes() && checksum(file) == expected.crc32c();
    }

    private static int checksum(FileChannel file) throws IOException {
        CRC32C crc = new CRC32C();
        ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
        for (long at = 0; file.read(buffer.clear(), at) >= 0; at += buffer.limit()) {
            crc.update(buffer.flip());
        }
        return (int) crc.getValue();
    }

    private void deleteWhere(Predicate<String> isDoomed) throws IOException {
        for (String name : names(isDoomed)) {
            Files.deleteIfExists(directory.resolve(name));
        }
    }

    private List<String> names(Predicate<String> isWanted) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString())
                    .filter(isWanted)
                    .sorted()
                    .toList();
        }
    }

    private EngineFailure failure(String attempt, String name, IOException failed) {
        String hint = failed instanceof NoSuchFileException ? "; it does not exist or is not sealed" : "";
        String taken = failed instanceof FileAlreadyExistsException ? "; another file is in the way" : "";
        return new EngineFailure(
                "cannot " + attempt + " range file " + name + " in " + directory + hint + taken, failed);
    }
}
