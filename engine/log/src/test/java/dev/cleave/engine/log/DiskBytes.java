package dev.cleave.engine.log;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Damages files of a log that is closed. */
final class DiskBytes {
    private DiskBytes() {}

    static Path file(Path directory, int segment) {
        Path sealed = new SegmentDirectory(directory).segment(segment);
        return Files.exists(sealed) ? sealed : directory.resolve(SizedRolls.fileName(segment) + ".cq4");
    }

    static void overwrite(Path file, long offset, byte[] bytes) {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek(offset);
            access.write(bytes);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static byte[] read(Path file, long offset, int count) {
        byte[] bytes = new byte[count];
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "r")) {
            access.seek(offset);
            access.readFully(bytes);
            return bytes;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
