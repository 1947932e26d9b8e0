package dev.cleave.tests.processes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A cluster of real processes on loopback, one JVM each, as the README starts them by hand. */
final class HandMade implements AutoCloseable {
    final Command command;
    private final Path directory;
    private final List<Integer> ports = new ArrayList<>();
    private final Map<String, Process> processes = new TreeMap<>();

    HandMade(Path directory) throws IOException {
        this.directory = directory;
        this.command = new Command(directory);
        List<ServerSocket> held = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            held.add(socket);
            ports.add(socket.getLocalPort());
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
    }

    String pd() {
        return "127.0.0.1:" + ports.get(0);
    }

    String http(int store) {
        return "127.0.0.1:" + ports.get(2 * store + 1);
    }

    private String listen(int store) {
        return "127.0.0.1:" + ports.get(2 * store);
    }

    void startPlacement() throws IOException {
        processes.put(
                "pd",
                command.start(
                        "pd", "pd", "--data", data("pd"), "--listen", pd(), "--http", "127.0.0.1:" + ports.get(1)));
    }

    void startStore(int number) throws IOException {
        String name = "store" + number;
        processes.put(
                name,
                command.start(
                        name,
                        "store",
                        "--data",
                        data(name),
                        "--pd",
                        pd(),
                        "--listen",
                        listen(number),
                        "--http",
                        http(number)));
    }

    String data(String name) {
        return directory.resolve(name).toString();
    }

    /** Starts a placement driver and stores 1 to {@code stores}, and waits until the cluster is healthy. */
    void startAll(int stores) throws IOException, InterruptedException {
        startPlacement();
        for (int store = 1; store <= stores; store++) {
            startStore(store);
        }
        awaitHealthy();
    }

    void awaitHealthy() throws InterruptedException {
        await("the cluster is healthy", 90, () -> cli("status").out().contains("healthy"));
    }

    /** Kill -9. */
    void kill(String name) throws InterruptedException {
        Process process = processes.remove(name);
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    /** SIGTERM; returns the exit code. */
    int terminate(String name) throws InterruptedException {
        Process process = processes.remove(name);
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(name + " does not stop within 30 s");
        }
        return process.exitValue();
    }

    List<String> names() {
        return List.copyOf(processes.keySet());
    }

    Command.Ended cli(String... arguments) {
        List<String> line = new ArrayList<>(List.of(arguments));
        line.add("--pd");
        line.add(pd());
        try {
            return command.run(180, line.toArray(String[]::new));
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    /** Looks again and again, each look taking the time of a command. */
    static void await(String what, int seconds, BooleanSupplier isTrue) throws InterruptedException {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        while (!isTrue.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("after " + seconds + " s still not so: " + what);
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        for (String name : names()) {
            if (!name.equals("pd")) {
                kill(name);
            }
        }
        for (String name : names()) {
            kill(name);
        }
    }
}
