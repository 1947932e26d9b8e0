package dev.cleave.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A small ext4 file system in a file whose power can be cut: the kernel shuts it down without flushing, so whatever was not forced is
 * gone, pages of mappings included, and every later force fails. Needs root.
 */
final class LoopDisk implements AutoCloseable {
    /** Sparse: it takes what is written. */
    private static final String BYTES = "16G";
    /** EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH: not even the file system's journal is written. */
    private static final String SHUT_DOWN =
            "open(my $at, '<', $ARGV[0]) or die \"open: $!\"; my $how = pack('L', 2); ioctl($at, 0x8004587D, $how) or die \"shut down: $!\"";

    private static final List<String> TOOLS = List.of("mkfs.ext4", "mount", "umount", "truncate", "perl");

    private final Path image;
    private final Path root;

    /** A fresh one, with its power on. */
    LoopDisk(Path directory, String name) throws IOException {
        image = directory.resolve(name + ".image");
        root = Files.createDirectories(directory.resolve(name));
        run("truncate", "-s", BYTES, image.toString());
        run("mkfs.ext4", "-q", "-F", "-m", "0", "-E", "nodiscard", image.toString());
        restorePower();
    }

    /** Why there can be none here; empty if there can. */
    static Optional<String> whyNot() throws IOException {
        if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
            return Optional.of("only root may mount a file system");
        }
        for (String tool : TOOLS) {
            if (tryRun("sh", "-c", "command -v " + tool).exitCode() != 0) {
                return Optional.of("there is no " + tool);
            }
        }
        return Files.exists(Path.of("/dev/loop-control")) ? Optional.empty() : Optional.of("there are no loop devices");
    }

    Path root() {
        return root;
    }

    /**
     * What was acknowledged before this is called must be there afterwards. A force that is under way meanwhile may still return as if it had
     * succeeded and be lost (about one in thirty, measured with one writer): unlike a real power cut, this one leaves somebody to answer.
     */
    void cutPower() {
        run("perl", "-e", SHUT_DOWN, root.toString());
    }

    /** Mounts it again, as after a power cut. Nobody may have a file of it open. */
    void restorePower() {
        if (isMounted()) {
            unmount();
        }
        run("mount", "-o", "loop", image.toString(), root.toString());
    }

    @Override
    public void close() throws IOException {
        if (isMounted()) {
            unmount();
        }
        Files.deleteIfExists(image);
    }

    private void unmount() {
        // The kernel may still be tearing down the killed process' mappings.
        await("unmount " + root)
                .atMost(Duration.ofSeconds(20))
                .until(() -> tryRun("umount", root.toString()).exitCode() == 0);
    }

    private boolean isMounted() {
        try {
            return Files.readString(Path.of("/proc/self/mounts")).contains(" " + root + " ");
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private static void run(String... line) {
        Command.Ended ended = tryRun(line);
        assertThat(ended.exitCode()).as(List.of(line) + ": " + ended.out()).isZero();
    }

    private static Command.Ended tryRun(String... line) {
        try {
            Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as(List.of(line) + " ends")
                    .isTrue();
            return new Command.Ended(process.exitValue(), out, "");
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }
}
