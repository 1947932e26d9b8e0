package dev.cleave.engine.log;

import static dev.cleave.engine.log.TestLog.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system of 2 MiB that really fills up. Needs root, to mount it. */
final class FullDiskTest {
    private static final LogOptions OPTIONS = LogOptions.small().withFreeBytesFloor(100 << 10);

    @TempDir
    private Path mountPoint;

    private TestLog log;

    @BeforeEach
    void mount() throws Exception {
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", mountPoint.toString()) == 0,
                "a small file system cannot be mounted here (needs root)");
    }

    @AfterEach
    void unmount() throws Exception {
        if (log != null) {
            log.close();
            assertThat(run("umount", mountPoint.toString())).isZero();
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    @Test
    void chronicleGoesOnWithVotesOnAFullDiskAndWithEntriesWhenSpaceReturns() throws IOException {
        fillAndFree(ChronicleSegments::open);
    }

    @Test
    void plainFilesGoOnWithVotesOnAFullDiskAndWithEntriesWhenSpaceReturns() throws IOException {
        fillAndFree(FileSegments::open);
    }

    private void fillAndFree(BiFunction<Path, LogOptions, Segments> opener) throws IOException {
        Path directory = mountPoint.resolve("log");
        log = new TestLog(OPTIONS, options -> opener.apply(directory, options));
        log.append(1, 1, 1, 1);
        Path filler = mountPoint.resolve("filler");
        fill(filler);

        long last = 1;
        while (!log.log.isOutOfSpace()) {
            log.clock.advanceMillis(1500);
            long at = ++last;
            log.write(1, 1, section -> section.entry(entry(at, 1, new byte[5000])));
            assertThat(log.log.isDiskFull()).isTrue();
        }
        for (long term = 2; term < 50; term++) {
            long now = term;
            log.write(1, 1, section -> section.hardState(now, 1, 1));
        }
        assertThat(log.log.isOutOfSpace()).isTrue();

        Files.delete(filler);
        log.clock.advanceMillis(1500);
        log.run();
        assertThat(log.log.isDiskFull()).isFalse();
        assertThat(log.log.isOutOfSpace()).isFalse();
        for (int i = 0; i < 80; i++) {
            long at = ++last;
            log.write(
                    1,
                    1,
                    section -> section.entry(entry(at, 50, new byte[5000])).compact(at, 50));
        }
        log.kill();
        log = new TestLog(OPTIONS, options -> opener.apply(directory, options));
        assertThat(log.describe()).isEqualTo("1.1[" + (last + 1) + ".." + last + "]");
        assertThat(log.image(1).term()).isEqualTo(49);
    }

    private static void fill(Path filler) throws IOException {
        try (OutputStream bytes = Files.newOutputStream(filler)) {
            byte[] block = new byte[4096];
            while (true) {
                bytes.write(block);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }
}
