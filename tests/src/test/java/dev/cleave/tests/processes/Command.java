package dev.cleave.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs {@code bin/cleave} as a user does, in a directory of its own. */
final class Command {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    static final Path CLEAVE = ROOT.resolve("bin/cleave");

    private final Path directory;
    private int number;

    Command(Path directory) {
        this.directory = directory;
    }

    /** What a command printed and how it ended. */
    record Ended(int exitCode, String out, String err) {
        Ended expect(int code) {
            assertThat(exitCode).as("exit code; stdout: " + out + " stderr: " + err).isEqualTo(code);
            return this;
        }
    }

    /** Runs a command to its end, at most {@code seconds}. */
    Ended run(int seconds, String... arguments) throws IOException, InterruptedException {
        Path out = directory.resolve("command-" + ++number + ".out");
        Path err = directory.resolve("command-" + number + ".err");
        Process process = builder(arguments)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        boolean hasEnded = process.waitFor(seconds, TimeUnit.SECONDS);
        if (!hasEnded) {
            process.destroyForcibly().waitFor();
        }
        String printed = Files.readString(out, StandardCharsets.UTF_8);
        String noted = Files.readString(err, StandardCharsets.UTF_8);
        assertThat(hasEnded).as(List.of(arguments) + " ends within " + seconds + " s: " + printed + noted).isTrue();
        return new Ended(process.exitValue(), printed, noted);
    }

    /** Starts a server; its output goes to {@code NAME.log}. */
    Process start(String name, String... arguments) throws IOException {
        Path log = directory.resolve(name + ".log");
        return builder(arguments)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    String log(String name) throws IOException {
        return Files.readString(directory.resolve(name + ".log"), StandardCharsets.UTF_8);
    }

    private ProcessBuilder builder(String... arguments) {
        List<String> line = new ArrayList<>();
        line.add(CLEAVE.toString());
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line).directory(directory.toFile());
        builder.environment().put("CLEAVE_HEAP", "256m");
        return builder;
    }
}
