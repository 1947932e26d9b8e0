package dev.cleave.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Subjects that are measured beside each other: all their servers run at the same time, all but those of one stopped, and each pass goes through all subjects, so that noise of the
 * machine hits all alike. Figures of one block are compared, those of different blocks are not.
 */
final class Block implements AutoCloseable {
    private static final long SETTLE_MILLIS = 2_000;
    static final long CELL_WARM_MILLIS = 500;
    private static final int PORTS_EACH = 40;

    private final List<Subject> subjects;
    private final CompareOptions options;
    private final Progress progress;
    private final Path directory;
    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final Results results = new Results();
    private int port;

    Block(List<Subject> subjects, CompareOptions options, Progress progress, Path directory, int firstPort)
            throws IOException {
        this.subjects = subjects;
        this.options = options;
        this.progress = progress;
        this.directory = Files.createDirectories(directory);
        port = firstPort;
    }

    /** How many ports so many subjects may need. */
    static int ports(List<Subject> subjects) {
        return subjects.size() * PORTS_EACH;
    }

    Results measured() throws IOException, InterruptedException {
        for (Subject subject : subjects) {
            open(subject);
        }
        for (int pass = 1; pass <= options.passes(); pass++) {
            for (Subject subject : subjects) {
                measure(pass, subject);
            }
        }
        groups.forEach(this::memory);
        return results;
    }

    private void memory(String name, Group group) {
        try {
            results.memory(name, group.servers().peakMebibytes());
        } catch (IOException hasEnded) {
            progress.say("%s: its memory is not known: %s", name, hasEnded);
        }
    }

    /** Starts the servers of a subject, unless another one shares them, and warms up them and its client. */
    private void open(Subject subject) throws IOException, InterruptedException {
        if (results.absent().containsKey(subject)) {
            return;
        }
        long start = System.nanoTime();
        Peer peer = Peers.named(subject.peer());
        try {
            Group group = groups.get(subject.serversName());
            if (group == null) {
                group = new Group(peer, directory.resolve(subject.serversName()), port);
                port += PORTS_EACH;
                groups.put(subject.serversName(), group);
                group.fill(subject, Compare.KEYS);
            } else {
                group.thaw(subject, Compare.KEYS);
            }
            group.warm(subject, options.mixes(subject), Compare.KEYS, (long) (options.warmUpSeconds() * 1_000));
            group.freeze();
            progress.say("%s: serves and is warm after %.0f s", subject.name(), (System.nanoTime() - start) / 1e9);
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
        progress.say("pass %d of %d, %s", pass, options.passes(), subject.name());
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

    private void absent(Subject subject, String why) {
        progress.say("%s: %s", subject.name(), why);
        results.absent(subject, why);
    }

    /** Ends these servers, and with them all subjects that share them. */
    private void end(Subject lost, String why) {
        Group group = groups.remove(lost.serversName());
        if (group != null) {
            group.close();
        }
        subjects.stream()
                .filter(subject -> subject.serversName().equals(lost.serversName()))
                .forEach(subject -> absent(subject, why));
    }

    private void pass(int pass, Subject subject, Group group) throws IOException, InterruptedException {
        Servers servers = group.servers();
        group.thaw(subject, Compare.KEYS);
        DriverProcess driver = group.driver(subject);
        driver.measure(new Cell("put", Cell.CUSTOMARY_BYTES, 64), Compare.KEYS, SETTLE_MILLIS, 1, servers.pids());
        for (Cell cell : options.cells(subject)) {
            Figures figures = driver.measure(
                    cell, Compare.KEYS, CELL_WARM_MILLIS, (long) (options.seconds() * 1_000), servers.pids());
            results.add(subject, cell, figures);
            progress.say(
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
        Peers.named(subject.peer())
                .regions(servers)
                .ifPresent(regions -> results.regions(subject.serversName(), regions));
        String dead = servers.dead();
        if (!dead.isEmpty()) {
            throw new IOException(dead + " has ended by itself");
        }
    }

    @Override
    public void close() throws IOException {
        groups.values().forEach(Group::close);
        Compare.delete(directory);
    }
}
