package dev.cleave.bench;

import dev.cleave.bench.compare.Metric;
import dev.cleave.engine.wire.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A placement driver and stores as processes of their own on loopback, started with {@code bin/cleave}, and what the kernel says of them. */
final class NodeProcesses implements AutoCloseable {
    private static final Path CLEAVE =
            Path.of("..", "bin", "cleave").toAbsolutePath().normalize();
    private static final double TICKS_PER_SECOND = 100;
    private static final int FIRST_PORT = 24_200;

    private final Path directory;
    private final Map<String, Process> running = new TreeMap<>();

    NodeProcesses(Path directory) {
        this.directory = directory;
    }

    Address placement() {
        return new Address("127.0.0.1", FIRST_PORT);
    }

    void startPlacement() throws IOException {
        start("pd", "--listen", placement().toString(), "--http", address(FIRST_PORT + 1));
    }

    void startStore(int number) throws IOException {
        String listen = address(FIRST_PORT + 2 * number);
        start(
                "store" + number,
                "--pd",
                placement().toString(),
                "--listen",
                listen,
                "--http",
                address(FIRST_PORT + 2 * number + 1));
    }

    private static String address(int port) {
        return "127.0.0.1:" + port;
    }

    private void start(String name, String... flags) throws IOException {
        List<String> line = new ArrayList<>(List.of(CLEAVE.toString(), name.replaceAll("[0-9]", "")));
        line.addAll(List.of("--data", directory.resolve(name).toString()));
        line.addAll(List.of(flags));
        line.add("--stop-at-end-of-input");
        running.put(
                name,
                new ProcessBuilder(line)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                directory.resolve(name + ".log").toFile()))
                        .start());
    }

    /** Runs a command of {@code bin/cleave} to its end and returns what it printed. */
    String run(String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(CLEAVE.toString()));
        line.addAll(List.of(arguments));
        line.addAll(List.of("--pd", placement().toString()));
        Path notes = directory.resolve("command.err");
        Process process = new ProcessBuilder(line).redirectError(notes.toFile()).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(line + " has failed: " + printed + Files.readString(notes));
        }
        return printed.strip();
    }

    /** Kill -9. */
    void kill(String name) throws InterruptedException {
        Process process = Objects.requireNonNull(running.remove(name), name);
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    /** A figure of a store, as it tells monitoring; -1 while it does not answer. */
    long metric(int store, String name) {
        return Metric.of(FIRST_PORT + 2 * store + 1, name);
    }

    /** Per cent of a core that each process takes over so many seconds. */
    Map<String, Double> cpu(int seconds) {
        Map<String, Long> before = ticks();
        long start = System.nanoTime();
        LockSupport.parkNanos(seconds * 1_000_000_000L);
        Map<String, Long> after = ticks();
        double took = (System.nanoTime() - start) / 1e9;
        Map<String, Double> used = new TreeMap<>();
        after.forEach((name, ticks) ->
                used.put(name, 100 * (ticks - before.getOrDefault(name, ticks)) / TICKS_PER_SECOND / took));
        return used;
    }

    private Map<String, Long> ticks() {
        Map<String, Long> ticks = new TreeMap<>();
        running.forEach((name, process) -> {
            String stat = read(process, "stat");
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            ticks.put(name, Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
        });
        return ticks;
    }

    /** Resident memory of each process in MiB. */
    Map<String, Long> residentMebibytes() {
        Map<String, Long> resident = new TreeMap<>();
        running.forEach((name, process) -> resident.put(
                name,
                read(process, "status")
                                .lines()
                                .filter(line -> line.startsWith("VmRSS:"))
                                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                                .findFirst()
                                .orElse(0)
                        >> 10));
        return resident;
    }

    private static String read(Process process, String what) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), what));
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    @Override
    public void close() {
        running.values().forEach(Process::destroyForcibly);
        running.values()
                .forEach(process ->
                        process.onExit().orTimeout(10, TimeUnit.SECONDS).join());
        running.clear();
    }
}
