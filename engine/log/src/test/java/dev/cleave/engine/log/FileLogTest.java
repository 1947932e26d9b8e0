package dev.cleave.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileLogTest extends SharedLogContract {
    @TempDir
    Path directory;

    @Override
    Segments openSegments(LogOptions options) {
        return FileSegments.open(directory, options);
    }

    @Override
    void overwrite(int segment, long offset, byte[] bytes) {
        DiskBytes.overwrite(DiskBytes.file(directory, segment), offset, bytes);
    }

    @Override
    byte[] bytesAt(int segment, long offset, int count) {
        return DiskBytes.read(DiskBytes.file(directory, segment), offset, count);
    }

    @Test
    void aDirectoryInUseIsRefusedInWords() {
        open();

        assertThatThrownBy(() -> openSegments(options)).hasMessageContaining("in use by another process");

        assertThat(log.log.recovered()).isEmpty();
    }
}
