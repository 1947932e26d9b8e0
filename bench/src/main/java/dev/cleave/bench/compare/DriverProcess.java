package dev.cleave.bench.compare;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A {@link Driver} as seen from the process that started it. Every order has a deadline: a driver that misses it is ended, and so is the order. */
final class DriverProcess implements AutoCloseable {
    /** What a client prints by itself does not begin like this. */
    static final String MARK = "driver: ";

    private static final int STOP_SECONDS = 10;

    private static final int LINES_TOLD = 20;

    private static final long CUSTOMARY_SECONDS = 60;
    private static final long SERVES_SECONDS = Driver.SERVES_SECONDS + 30;
    private static final long FILL_SECONDS = 300;
    private static final long FILL_KEYS_PER_SECOND = 4_000;

    private final Process process;
    private final Path notes;
    private final BufferedWriter orders;
    private final BufferedReader answers;

    DriverProcess(Subject subject, boolean isForeign, Servers servers) throws IOException {
        List<String> line = new ArrayList<>(List.of(Jvm.binary()));
        line.addAll(Jvm.OPENS);
        // A dozen drivers stay beside the frozen servers of all stores.
        line.addAll(List.of("-Xms256m", "-Xmx512m", "-XX:+UseSerialGC", "-cp"));
        line.add(isForeign ? System.getProperty("java.class.path") : Jvm.ownPath());
        line.addAll(List.of(Driver.class.getName(), subject.name(), Integer.toString(servers.firstPort())));
        notes = servers.directory().resolve("driver" + (subject.isPlain() ? "-plain" : "") + ".log");
        process = new ProcessBuilder(line).redirectError(notes.toFile()).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        orders = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.US_ASCII));
        answers = process.inputReader(StandardCharsets.UTF_8);
        answer(CUSTOMARY_SECONDS);
    }

    private String answer(long secondsMax) throws IOException {
        CompletableFuture<Void> alarm = CompletableFuture.runAsync(
                process::destroyForcibly, CompletableFuture.delayedExecutor(secondsMax, TimeUnit.SECONDS));
        try {
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                if (line.startsWith(MARK)) {
                    return line.substring(MARK.length());
                }
            }
        } finally {
            alarm.cancel(false);
        }
        if (!alarm.isCancelled()) {
            throw new IOException("the driver has not answered within " + secondsMax + " s");
        }
        List<String> said = Files.readAllLines(notes);
        int first = Math.max(0, said.size() - LINES_TOLD);
        throw new IOException("the driver has ended: " + String.join("\n", said.subList(first, said.size())));
    }

    private String order(String line, long secondsMax) throws IOException {
        begin(line);
        return answer(secondsMax);
    }

    private void begin(String line) throws IOException {
        orders.write(line);
        orders.newLine();
        orders.flush();
    }

    /** Begins to read, and to count what is answered in each step. */
    void beginWatch(long keys, int steps, int stepMillis) throws IOException {
        begin("watch " + keys + " " + steps + " " + stepMillis);
    }

    /** What was answered in each step, when all are over. */
    List<Integer> endWatch() throws IOException {
        String answer = answer(CUSTOMARY_SECONDS);
        expectOk(answer);
        return Arrays.stream(answer.split(" ")).skip(1).map(Integer::valueOf).toList();
    }

    /** Waits until the servers serve all keys. */
    void await(long keys) throws IOException {
        expectOk(order("await " + keys, SERVES_SECONDS));
    }

    void fill(long keys, int valueBytes) throws IOException {
        expectOk(order("fill " + keys + " " + valueBytes, FILL_SECONDS + keys / FILL_KEYS_PER_SECOND));
    }

    Figures measure(Cell cell, long keys, long warmMillis, long millis, String pids) throws IOException {
        String line = String.join(
                " ",
                "measure",
                cell.mix(),
                Integer.toString(cell.valueBytes()),
                Integer.toString(cell.inFlight()),
                Long.toString(keys),
                Long.toString(warmMillis),
                Long.toString(millis),
                pids);
        String answer = order(line, CUSTOMARY_SECONDS + (warmMillis + millis) / 1_000);
        expectOk(answer);
        return Figures.parse(answer);
    }

    private static void expectOk(String answer) throws IOException {
        if (!answer.startsWith("ok")) {
            throw new IOException("the driver says: " + answer);
        }
    }

    void freeze() throws IOException, InterruptedException {
        Servers.signal("-STOP", List.of(process));
    }

    void thaw() throws IOException, InterruptedException {
        Servers.signal("-CONT", List.of(process));
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().orTimeout(STOP_SECONDS, TimeUnit.SECONDS).join();
    }
}
