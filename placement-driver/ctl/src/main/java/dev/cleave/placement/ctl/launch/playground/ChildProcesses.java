package dev.cleave.placement.ctl.launch.playground;

import dev.cleave.engine.wire.Address;
import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import dev.cleave.placement.ctl.launch.process.OwnJvm;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** One JVM per node, so that kill -9 is honest. Their logs are files; they stop by themselves if this process dies. */
final class ChildProcesses implements Nodes {
    private static final String PLACEMENT = "pd";
    /** Small, and quick to start: six JVMs share this machine. */
    private static final List<String> FLAGS =
            List.of("-Xmx192m", "-XX:MaxDirectMemorySize=192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
    private static final Duration POLL = Duration.ofMillis(50);

    private final Places places;
    private final Map<String, Process> running = new TreeMap<>();

    ChildProcesses(Places places) {
        this.places = places;
    }

    @Override
    public void startPlacement() {
        start(
                PLACEMENT,
                List.of(
                        "pd",
                        "--data",
                        places.placementData().toString(),
                        "--listen",
                        places.placement().toString(),
                        "--http",
                        places.placementHttp().toString()));
        awaitListening(PLACEMENT, List.of(places.placement(), places.placementHttp()));
    }

    @Override
    public void startStores(List<Integer> numbers) {
        List<Integer> fresh =
                numbers.stream().filter(number -> !isAlive(number)).toList();
        fresh.forEach(this::startStore);
        fresh.forEach(number -> awaitListening(name(number), List.of(places.store(number), places.storeHttp(number))));
    }

    private boolean isAlive(int number) {
        Process process = running.get(name(number));
        return process != null && process.isAlive();
    }

    private void startStore(int number) {
        start(
                name(number),
                List.of(
                        "store",
                        "--data",
                        places.storeData(number).toString(),
                        "--pd",
                        places.placement().toString(),
                        "--listen",
                        places.store(number).toString(),
                        "--http",
                        places.storeHttp(number).toString()));
    }

    private static String name(int number) {
        return "store" + number;
    }

    private void start(String name, List<String> arguments) {
        List<String> command = new ArrayList<>(OwnJvm.command(FLAGS));
        command.addAll(arguments);
        command.add("--stop-at-end-of-input");
        try {
            Files.createDirectories(places.logs());
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log(name).toFile()))
                    .redirectErrorStream(true)
                    .start();
            running.put(name, process);
        } catch (IOException broken) {
            throw new CommandFailure(ExitCode.FAILED, name + " cannot be started: " + broken.getMessage());
        }
    }

    private void awaitListening(String name, List<Address> addresses) {
        Process process = Objects.requireNonNull(running.get(name));
        boolean isUp = waitUntil(
                START_LIMIT, () -> !process.isAlive() || addresses.stream().allMatch(ChildProcesses::isListening));
        if (!isUp || !process.isAlive()) {
            String what =
                    process.isAlive() ? " does not listen after " + START_LIMIT.toSeconds() + " s" : " did not start";
            throw new CommandFailure(
                    ExitCode.FAILED, name + what + ": " + lastLine(log(name)) + "\n  Its log is " + log(name));
        }
    }

    private Path log(String name) {
        return places.logs().resolve(name + ".log");
    }

    @Override
    public boolean canKill() {
        return true;
    }

    @Override
    public void killStore(int number) {
        Process process = running.remove(name(number));
        if (process == null) {
            throw new IllegalArgumentException(name(number) + " does not run");
        }
        process.destroyForcibly();
        awaitEnd(process);
    }

    @Override
    public void haltStore(int number) {
        killStore(number);
    }

    /** Stores first and together, then the placement driver; what does not stop in time is killed. */
    @Override
    public void close() {
        Process pd = running.remove(PLACEMENT);
        running.values().forEach(Process::destroy);
        running.values().forEach(ChildProcesses::stop);
        running.clear();
        if (pd != null) {
            pd.destroy();
            stop(pd);
        }
    }

    private static void stop(Process process) {
        if (!awaitEnd(process)) {
            process.destroyForcibly();
            awaitEnd(process);
        }
    }

    private static boolean awaitEnd(Process process) {
        try {
            return process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean waitUntil(Duration limit, BooleanSupplier isTrue) {
        long end = System.nanoTime() + limit.toNanos();
        while (!isTrue.getAsBoolean()) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            try {
                TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new CommandFailure(ExitCode.FAILED, "interrupted");
            }
        }
        return true;
    }

    private static boolean isListening(Address address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.host(), address.port()), 500);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static String lastLine(Path log) {
        try (var lines = Files.lines(log, StandardCharsets.UTF_8)) {
            return lines.filter(line -> !line.isBlank()).reduce("", (before, line) -> line);
        } catch (IOException unreadable) {
            return "its log cannot be read: " + unreadable.getMessage();
        }
    }
}
