package dev.cleave.engine.kv;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.zip.CRC32;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * The native half of RocksDB, unpacked once per content instead of 15 MB at every start. Processes share it: each unpacks under a
 * name of its own and renames, so nobody ever sees half a library.
 */
final class NativeLibrary {
    private NativeLibrary() {}

    /** Loads the library into this process; does nothing if it is loaded. Needed before the first native object is made. */
    static void load(Path parent) {
        try {
            RocksDB.loadLibrary(List.of(unpacked(parent).toAbsolutePath().toString()));
        } catch (IOException failed) {
            throw new EngineFailure(
                    "cannot unpack the RocksDB library below " + parent + "; name a writable directory", failed);
        } catch (UnsatisfiedLinkError failed) {
            throw new EngineFailure(
                    "cannot load the RocksDB library unpacked below " + parent
                            + "; if that file system forbids execution (noexec), name another directory",
                    failed);
        }
    }

    /** The directory that holds the library, unpacking it if this is the first time. */
    static Path unpacked(Path parent) throws IOException {
        URL source = source(Environment.getJniLibraryFileName("rocksdb"));
        URLConnection connection = source.openConnection();
        long bytes = connection.getContentLengthLong();
        Path directory = parent.resolve("cleave-rocksdb-" + userId() + "-" + Long.toHexString(checksum(connection)));
        createPrivately(directory);
        // Not the name in the jar: RocksDB.loadLibrary(paths) asks for "librocksdbjnijni", and this is how it gets
        // there.
        Path library = directory.resolve(Environment.getJniLibraryFileName("rocksdbjni"));
        if (!Files.exists(library) || Files.size(library) != bytes) {
            unpack(source, directory, library, bytes);
        }
        return directory;
    }

    private static URL source(String name) throws IOException {
        URL found = RocksDB.class.getClassLoader().getResource(name);
        if (found == null) {
            throw new IOException("the RocksDB jar on the class path has no " + name + " for this machine ("
                    + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ")");
        }
        return found;
    }

    private static long checksum(URLConnection connection) throws IOException {
        if (connection instanceof JarURLConnection jar && jar.getJarEntry() != null) {
            return jar.getJarEntry().getCrc();
        }
        CRC32 crc = new CRC32();
        try (InputStream in = connection.getInputStream()) {
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                crc.update(buffer, 0, n);
            }
        }
        return crc.getValue();
    }

    private static void unpack(URL source, Path directory, Path library, long bytes) throws IOException {
        Path own = Files.createTempFile(directory, "unpacking-", ".so");
        try {
            try (InputStream in = source.openStream()) {
                Files.copy(in, own, StandardCopyOption.REPLACE_EXISTING);
            }
            if (Files.size(own) != bytes) {
                throw new IOException("unpacked " + Files.size(own) + " of " + bytes + " bytes of " + source);
            }
            try (FileChannel file = FileChannel.open(own, StandardOpenOption.WRITE)) {
                file.force(true); // or a power cut may leave the name with nothing behind it
            }
            Files.move(own, library, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(own);
        }
    }

    /** A stranger who could write here would run code in our process. */
    private static void createPrivately(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        if (!Files.getAttribute(directory, "unix:uid").equals(userId())) {
            throw new IOException(directory + " belongs to another user; remove it or name another directory");
        }
    }

    private static Object userId() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }
}
