package dev.cleave.engine.log;

import static dev.cleave.engine.log.TestLog.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChronicleLogTest extends SharedLogContract {
    @TempDir
    Path directory;

    @Override
    Segments openSegments(LogOptions options) {
        return ChronicleSegments.open(directory, options);
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
    }

    @Test
    void plainFilesReadWhatChronicleWroteAndTheOtherWayRound() {
        open();
        log.append(1, 1, 3, 1);
        log.close();
        DiskBytes.file(directory, 1);
        open();
        log.close();

        log = new TestLog(options, opts -> FileSegments.open(directory, opts));
        assertThat(log.read(1, 1, 3)).isEqualTo("1/1 2/1 3/1");
        log.close();

        open();
        assertThat(log.read(1, 1, 3)).isEqualTo("1/1 2/1 3/1");
    }

    @Test
    void damagedMetadataAndLeftoversDoNotHinderTheStart() throws IOException {
        open();
        log.append(1, 1, 3, 1);
        log.kill();
        Files.write(directory.resolve("metadata.cq4t"), new byte[65536]);
        Files.write(directory.resolve(SizedRolls.fileName(77) + ".precreated"), new byte[10]);

        open();

        assertThat(log.read(1, 1, 3)).isEqualTo("1/1 2/1 3/1");
    }

    @Test
    void aFileThatChronicleSetAsideStopsTheStart() throws IOException {
        Files.write(directory.resolve("cleave-19700101000001-1.discard"), new byte[10]);

        assertThatThrownBy(() -> openSegments(options)).hasMessageContaining("set aside by Chronicle Queue");
    }

    @Test
    void segmentsOfTheUsualSizeAreReservedAndRolled() {
        log = new TestLog(LogOptions.defaults(), this::openSegments);
        byte[] payload = new byte[1 << 20];
        for (long index = 1; index <= 130; index++) {
            long at = index;
            log.queue(1, 1, section -> section.entry(entry(at, 1, payload)));
            log.run();
        }
        assertThat(log.failures).isEmpty();
        assertThat(log.segments.list()).hasSize(3);
        log.kill();

        log = new TestLog(LogOptions.defaults(), this::openSegments);

        assertThat(log.describe()).isEqualTo("1.1[1..130]");
        assertThat(log.read(1, 100, 101, 3 << 20)).hasSize((2 << 20) + 1);
    }
}
