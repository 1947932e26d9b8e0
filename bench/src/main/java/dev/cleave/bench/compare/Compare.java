package dev.cleave.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private static final long CELL_WARM_MILLIS = 500;

    private final CompareOptions options;
    private final Path directory;
    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final Results results = new Results();

    private Compare(CompareOptions options, Path directory) {
        this.options = options;
        this.directory = directory;
    }

    public static void main(String[] arguments) throws Exception {
        if (List.of(arguments).contains("--help")) {
            System.out.println(CompareOptions.USAGE);
            return;
        }
        CompareOptions options;
        try {
            options = CompareOptions.parse(arguments);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage() + "\n" + CompareOptions.USAGE);
            System.exit(2);
            return;
        }
        Path directory = Files.createTempDirectory("cleave-compare");
        try {
            new Compare(options, directory).run();
        } finally {
            delete(directory);
        }
    }

    private void run() throws Exception {
        try {
            List<Subject> present = open();
            for (int pass = 1; pass <= options.passes(); pass++) {
                for (Subject subject : present) {
                    pass(pass, subject);
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

    private List<Subject> open() throws IOException, InterruptedException {
        List<Subject> present = new ArrayList<>();
        for (Subject subject : options.subjects()) {
            Peer peer = Peers.all().stream()
                    .filter(each -> each.name().equals(subject.peer()))
                    .findFirst()
                    .orElse(null);
            String absence = peer == null ? "not in this build" : peer.absence().orElse("");
            if (peer == null || !absence.isEmpty()) {
                say("%s: %s", subject.name(), absence);
                results.absent(subject, absence);
                continue;
            }
            if (!groups.containsKey(subject.serversName())) {
                long start = System.nanoTime();
                Path home = directory.resolve(subject.serversName());
                Group group = new Group(peer, home, FIRST_PORT + PORTS_EACH * groups.size());
                groups.put(subject.serversName(), group);
                try {
                    group.open(subject, KEYS, (long) (options.warmUpSeconds() * 1_000));
                } catch (IOException failed) {
                    // One store that does not serve must not cost the figures of the others.
                    groups.remove(subject.serversName());
                    group.close();
                    say("%s: %s", subject.name(), failed);
                    results.absent(subject, "did not serve: " + failed);
                    continue;
                }
                group.freeze();
                say(
                        "%s: started, filled and warm after %.0f s",
                        subject.serversName(), (System.nanoTime() - start) / 1e9);
                results.about(peer.name(), peer.inWords());
            }
            present.add(subject);
        }
        return present;
    }

    private void pass(int pass, Subject subject) throws IOException, InterruptedException {
        Group group = groups.get(subject.serversName());
        if (group == null) {
            return;
        }
        Servers servers = group.servers();
        group.thaw(KEYS);
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
            throw new IOException(subject.name() + ": " + dead + " has ended by itself");
        }
        group.freeze();
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
