package dev.cleave.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Runs {@code bin/cleave} as a user does, in a directory of its own. */
final class Command {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    static final Path CLEAVE = ROOT.resolve("bin/cleave");

    private static final int BUILD_SECONDS_MAX = 600;
    private static final int LAST_WORDS = 4_000;

    private final Path directory;
    private final Map<String, String> environment = new TreeMap<>();
    private int number;

    /** Builds Cleave first if its sources are newer: no later time limit has to allow for that. */
    Command(Path directory) {
        this.directory = directory;
        try {
            run(BUILD_SECONDS_MAX, "--version").expect(0);
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    /** For all that is run from now on. */
    void environment(String name, String value) {
        environment.put(name, value);
    }

    /** What a command printed and how it ended. */
    record Ended(int exitCode, String out, String err) {
        Ended expect(int code) {
            assertThat(exitCode)
                    .as("exit code; stdout: " + out + " stderr: " + err)
                    .isEqualTo(code);
            return this;
        }
    }

    /** Runs a command to its end, at most {@code seconds}. */
    Ended run(int seconds, String... arguments) throws IOException, InterruptedException {
        return run(seconds, line(arguments));
    }

    private Ended run(int seconds, List<String> line) throws IOException, InterruptedException {
        Path out;
        Path err;
        synchronized (this) {
            out = directory.resolve("command-" + ++number + ".out");
            err = directory.resolve("command-" + number + ".err");
        }
        Process process = builder(line)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        boolean hasEnded = process.waitFor(seconds, TimeUnit.SECONDS);
        if (!hasEnded) {
            process.destroyForcibly().waitFor();
        }
        String printed = Files.readString(out, StandardCharsets.UTF_8);
        String noted = Files.readString(err, StandardCharsets.UTF_8);
        assertThat(hasEnded)
                .as(line + " ends within " + seconds + " s: " + printed + noted)
                .isTrue();
        return new Ended(process.exitValue(), printed, noted);
    }

    /** Runs a line of the shell to its end, at most {@code seconds}. */
    Ended shell(int seconds, String line) throws IOException, InterruptedException {
        return run(seconds, List.of("sh", "-c", line));
    }

    /** Starts a server, whose output goes to {@code NAME.log}; it stops by itself should this JVM die. */
    Process start(String name, String... arguments) throws IOException {
        return start(name, List.of(), arguments);
    }

    /** ... by a line that begins with {@code prefix}, which becomes the server. */
    Process start(String name, List<String> prefix, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(prefix);
        line.addAll(line(arguments));
        line.add("--stop-at-end-of-input");
        return start(name, line);
    }

    /** Starts a server by a line of the shell; signals reach the server itself. */
    Process startShell(String name, String line) throws IOException {
        return start(name, List.of("sh", "-c", "exec " + line));
    }

    private Process start(String name, List<String> line) throws IOException {
        return builder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve(name + ".log").toFile()))
                .start();
    }

    String log(String name) throws IOException {
        return Files.readString(directory.resolve(name + ".log"), StandardCharsets.UTF_8);
    }

    /** The end of a server's log. */
    String lastWords(String name) {
        try {
            String log = log(name);
            return log.substring(Math.max(0, log.length() - LAST_WORDS));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static List<String> line(String... arguments) {
        List<String> line = new ArrayList<>();
        line.add(CLEAVE.toString());
        line.addAll(List.of(arguments));
        return line;
    }

    private ProcessBuilder builder(List<String> line) {
        ProcessBuilder builder = new ProcessBuilder(line).directory(directory.toFile());
        builder.environment().put("CLEAVE_HEAP", "256m");
        builder.environment().remove("CLEAVE_PD");
        builder.environment().remove("CLEAVE_DEBUG");
        builder.environment().putAll(environment);
        return builder;
    }
}
