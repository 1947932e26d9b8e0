package dev.cleave.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Question: how fast is Cleave beside the stores that a Java team would take otherwise, on the same machine, in the same hour, all forcing writes to disk?
 *
 * <p>Starts the servers of all subjects, fills and warms each, then goes through them several times, so that noise of the machine hits all alike. All but the one that is
 * measured are frozen meanwhile. Last answer: {@code docs/performance.md}.
 */
public final class Compare {
    /** Keys that are there in every cell. */
    static final long KEYS = 100_000;

    private static final int FIRST_PORT = 25_000;
    private static final int PORTS_EACH = 40;
    private static final long SETTLE_MILLIS = 1_000;
    static final long CELL_WARM_MILLIS = 500;

    private final CompareOptions options;
    private final Path directory;
    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final Results results = new Results();
    private final double minutes;
    private final long begun = System.nanoTime();
    private int opened;

    private Compare(CompareOptions options, Path directory) {
        this.options = options;
        this.directory = directory;
        minutes = Schedule.of(options).minutes();
    }

    public static void main(String[] arguments) throws Exception {
        Usage.run(CompareOptions.USAGE, arguments, CompareOptions::parse, Compare::compare);
    }

    private static void compare(CompareOptions options) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("cleave-compare");
        try {
            new Compare(options, directory).run();
        } finally {
            delete(directory);
        }
    }

    private void run() throws IOException, InterruptedException {
        say("this takes about %.0f minutes", minutes);
        try {
            options.subjects().forEach(subject -> absent(subject, Peers.absence(subject.peer())));
            for (Subject subject : present()) {
                open(subject);
            }
            for (int pass = 1; pass <= options.passes(); pass++) {
                for (Subject subject : present()) {
                    measure(pass, subject);
                }
            }
            for (Map.Entry<String, Group> each : groups.entrySet()) {
                results.memory(each.getKey(), each.getValue().servers().peakMebibytes());
            }
        } finally {
            for (Group group : groups.values()) {
                group.close();
            }
        }
        new Report(options, results).write();
    }

    private List<Subject> present() {
        return options.subjects().stream()
                .filter(subject -> !results.absent().containsKey(subject))
                .toList();
    }

    private void absent(Subject subject, String why) {
        if (!why.isEmpty()) {
            say("%s: %s", subject.name(), why);
            results.absent(subject, why);
        }
    }

    private void open(Subject subject) throws IOException, InterruptedException {
        if (groups.containsKey(subject.serversName()) || results.absent().containsKey(subject)) {
            return;
        }
        long start = System.nanoTime();
        Peer peer = Peers.named(subject.peer());
        Path home = directory.resolve(subject.serversName());
        Group group = new Group(peer, home, FIRST_PORT + PORTS_EACH * opened++);
        groups.put(subject.serversName(), group);
        try {
            group.open(subject, KEYS, (long) (options.warmUpSeconds() * 1_000));
            group.freeze();
            say("%s: started, filled and warm after %.0f s", subject.serversName(), (System.nanoTime() - start) / 1e9);
            results.about(peer.name(), peer.inWords());
        } catch (IOException | RuntimeException failed) {
            end(subject, "did not serve: " + failed);
        }
    }

    /** Whatever fails costs its own row, not the figures of the others. */
    private void measure(int pass, Subject subject) throws IOException, InterruptedException {
        Group group = groups.get(subject.serversName());
        if (group == null || results.absent().containsKey(subject)) {
            return;
        }
        say(
                "pass %d of %d, %s; %.0f of about %.0f minutes",
                pass, options.passes(), subject.name(), (System.nanoTime() - begun) / 60e9, minutes);
        try {
            pass(pass, subject, group);
        } catch (IOException | RuntimeException failed) {
            absent(subject, "given up in pass " + pass + ": " + failed);
            group.forget(subject);
            String dead = group.servers().dead();
            if (!dead.isEmpty()) {
                end(subject, dead + " has ended by itself in pass " + pass);
            }
        } finally {
            if (groups.containsKey(subject.serversName())) {
                group.freeze();
            }
        }
    }

    /** Ends these servers, and with them all subjects that share them. */
    private void end(Subject lost, String why) {
        Group group = groups.remove(lost.serversName());
        if (group != null) {
            group.close();
        }
        options.subjects().stream()
                .filter(subject -> subject.serversName().equals(lost.serversName()))
                .forEach(subject -> absent(subject, why));
    }

    private void pass(int pass, Subject subject, Group group) throws IOException, InterruptedException {
        Servers servers = group.servers();
        group.thaw(subject, KEYS);
        DriverProcess driver = group.driver(subject);
        driver.measure(new Cell("put", Cell.CUSTOMARY_BYTES, 64), KEYS, SETTLE_MILLIS, 1, servers.pids());
        for (Cell cell : options.cells()) {
            if (!subject.isWorth(cell) || !Peers.named(subject.peer()).can(cell.mix())) {
                continue;
            }
            Figures figures =
                    driver.measure(cell, KEYS, CELL_WARM_MILLIS, (long) (options.seconds() * 1_000), servers.pids());
            results.add(subject, cell, figures);
            say(
                    "pass %d  %-14s %-9s %4d in flight  %,9.0f/s  p50 %7.2f  p99 %7.2f ms  %6.1f us of servers per operation%s",
                    pass,
                    subject.name(),
                    cell.kind(),
                    cell.inFlight(),
                    figures.perSecond(),
                    figures.p50Micros() / 1e3,
                    figures.p99Micros() / 1e3,
                    figures.serverMicros(),
                    figures.failed() == 0 ? "" : "  FAILED " + figures.failed() + ": " + figures.problem());
        }
        String dead = servers.dead();
        if (!dead.isEmpty()) {
            throw new IOException(dead + " has ended by itself");
        }
    }

    private static void say(String format, Object... arguments) {
        System.err.println(String.format(Locale.ROOT, format, arguments));
    }

    static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
