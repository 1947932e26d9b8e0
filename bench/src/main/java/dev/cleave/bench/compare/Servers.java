package dev.cleave.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The processes of one store on loopback, each with its own ports and directory, and what the kernel says of them. They end with this process, or before. */
public final class Servers implements AutoCloseable {
    private static final int STOP_SECONDS = 10;

    private final Path directory;
    private final int firstPort;
    private final Map<String, Process> running = new TreeMap<>();

    Servers(Path directory, int firstPort) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.firstPort = firstPort;
        Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
    }

    /** Ports from here on, 40 of them, are theirs. */
    public int firstPort() {
        return firstPort;
    }

    public Path directory() {
        return directory;
    }

    /** Starts one; its output goes into a file beside its directory. It sees the end of its input when this process has gone. */
    public void start(String name, List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(name + ".log").toFile());
        builder.environment().putAll(environment);
        running.put(name, builder.start());
    }

    public void start(String name, List<String> command) throws IOException {
        start(name, command, Map.of());
    }

    /** A line that starts a server in a JVM of its own, with this process's class path and the heap that all peers in Java get. */
    public List<String> java(Class<?> main, String... arguments) {
        List<String> line = new ArrayList<>(List.of(Jvm.binary()));
        line.addAll(Jvm.OPENS);
        line.add("-Xmx1g");
        line.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        line.addAll(List.of(arguments));
        return line;
    }

    /** Names the first that has ended by itself; empty while all run. */
    String dead() {
        for (Map.Entry<String, Process> each : running.entrySet()) {
            if (!each.getValue().isAlive()) {
                return each.getKey();
            }
        }
        return "";
    }

    /** Their names, in order. */
    List<String> names() {
        return List.copyOf(running.keySet());
    }

    String pids() {
        return String.join(
                ",",
                running.values().stream()
                        .map(process -> Long.toString(process.pid()))
                        .toList());
    }

    long pid(String name) {
        Process process = running.get(name);
        if (process == null) {
            throw new IllegalArgumentException("no server " + name);
        }
        return process.pid();
    }

    /** CPU time that each has used, in the order of their names. */
    List<Long> cpuNanos() throws IOException {
        List<Long> nanos = new ArrayList<>();
        for (Process process : running.values()) {
            nanos.add(Proc.cpuNanos(Long.toString(process.pid())));
        }
        return nanos;
    }

    void freeze() throws IOException, InterruptedException {
        signal("-STOP", running.values().stream().toList());
    }

    void freeze(List<String> names) throws IOException, InterruptedException {
        signal("-STOP", names.stream().map(running::get).toList());
    }

    void thaw() throws IOException, InterruptedException {
        signal("-CONT", running.values().stream().toList());
    }

    static void signal(String which, List<Process> processes) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("kill", which));
        processes.forEach(process -> line.add(Long.toString(process.pid())));
        new ProcessBuilder(line).inheritIO().start().waitFor();
    }

    /** The most memory that each has held, in MiB. */
    Map<String, Long> peakMebibytes() throws IOException {
        Map<String, Long> peaks = new TreeMap<>();
        for (Map.Entry<String, Process> each : running.entrySet()) {
            peaks.put(each.getKey(), Proc.peakKibibytes(each.getValue().pid()) >> 10);
        }
        return peaks;
    }

    private void kill() {
        running.values().forEach(Process::destroyForcibly);
    }

    @Override
    public void close() {
        kill();
        running.values()
                .forEach(process -> process.onExit()
                        .orTimeout(STOP_SECONDS, TimeUnit.SECONDS)
                        .join());
    }
}
