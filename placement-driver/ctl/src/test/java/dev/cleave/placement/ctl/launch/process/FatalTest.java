package dev.cleave.placement.ctl.launch.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.log.DiskFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a process ends when a part of it has failed: seen from outside. */
@Timeout(60)
final class FatalTest {
    @Test
    void aFailedDiskEndsTheProcessWithACodeOfItsOwnAndOneClearLine() throws Exception {
        Process process = childThatFailsWith("disk");

        assertThat(lines(process))
                .containsExactly("cleave store: cannot force it; the process ends with code 74, look at the disk "
                        + "before you start it again");
        assertThat(process.exitValue()).isEqualTo(74);
    }

    @Test
    void anythingElseEndsItWithTheCommonCode() throws Exception {
        Process process = childThatFailsWith("defect");

        assertThat(lines(process)).last().asString().contains("the log failed").contains("code 70");
        assertThat(process.exitValue()).isEqualTo(70);
    }

    private static Process childThatFailsWith(String what) throws IOException {
        String java = ProcessHandle.current().info().command().orElse("java");
        return new ProcessBuilder(
                        List.of(java, "-cp", System.getProperty("java.class.path"), FatalTest.class.getName(), what))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** What it says on stderr, but for what the logging back end adds. */
    private static List<String> lines(Process process) throws IOException, InterruptedException {
        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return said.lines().filter(line -> line.startsWith("cleave ")).toList();
    }

    /** The child: an agent of it fails. */
    public static void main(String[] arguments) {
        Throwable cause =
                arguments[0].equals("disk") ? new DiskFailure("cannot force it") : new IllegalStateException("defect");
        new Fatal("store").failed("log", cause);
    }
}
