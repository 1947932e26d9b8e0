package dev.cleave.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Question: what does each way of reading really ask of a quorum? While clients read, all servers but the leader are stopped (SIGSTOP): reads that ask a quorum end at once, reads
 * by lease when the lease does, and reads that never end are not linearizable. Last answer: {@code docs/performance.md}.
 *
 * <p>Who leads is told by who uses most CPU under a load of reads, all of which go to the leader. The page of the documentation is written by the
 * customary run alone.
 */
public final class ReadProbe {
    private static final String USAGE = """
            compare probe [--subjects A,B,...] [--out DIR]
              stops all servers but the leader under a load of reads, and says when the reads end; about 20 s per subject, 3 minutes in all
              a subject is PEER[-index|-lease]; the text goes to DIR/DATE-read-probe.txt (default bench/results), that of all customary ones into docs/performance.md too""";

    private static final Map<String, String> CUSTOMARY = Map.of(
            "--subjects", "cleave,cleave-index,rheakv,rheakv-lease,ratis,ratis-lease,etcd", "--out", "bench/results");

    private static final int FIRST_PORT = 27_000;
    private static final long KEYS = 1_000;
    private static final int STEP_MILLIS = 100;
    private static final int STEPS_BEFORE = 10;
    private static final int STEPS = 60;

    private ReadProbe() {}

    public static void main(String[] arguments) throws Exception {
        Usage.run(USAGE, arguments, ReadProbe::parse, ReadProbe::probe);
    }

    private static Asked parse(String... arguments) {
        Map<String, String> said = Usage.words(CUSTOMARY, arguments);
        List<Subject> subjects = Arrays.stream(
                        said.getOrDefault("--subjects", "").split(","))
                .map(Subject::parse)
                .toList();
        return new Asked(subjects, Path.of(said.getOrDefault("--out", "")), said.equals(CUSTOMARY));
    }

    private static void probe(Asked asked) throws IOException, InterruptedException {
        List<String> text = new ArrayList<>();
        text.add(String.format(
                Locale.ROOT,
                "What a read asks of a quorum, %s. %s.%n"
                        + "16 gets in flight; after a second all servers but the leader are stopped for five. Gets answered in each 100 ms before | after.%n",
                LocalDate.now(ZoneOffset.UTC),
                Proc.machine()));
        Path directory = Files.createTempDirectory("cleave-probe");
        try {
            int port = FIRST_PORT;
            for (Subject subject : asked.subjects()) {
                String line = line(subject, directory.resolve(subject.name()), port);
                System.err.println(line);
                text.add(line);
                port += 40;
            }
        } finally {
            Compare.delete(directory);
        }
        Path results = Files.createDirectories(asked.out());
        Files.write(results.resolve(LocalDate.now(ZoneOffset.UTC) + "-read-probe.txt"), text);
        Path page = Path.of("docs", "performance.md");
        if (asked.isCustomary() && Files.exists(page)) {
            String block = "```\n" + String.join("\n", text) + "\n```\n";
            Files.writeString(page, DocsBlock.replaced(Files.readString(page), "probe", block));
        }
    }

    /** One that fails costs its own line. */
    private static String line(Subject subject, Path directory, int port) throws InterruptedException {
        try {
            return probe(subject, directory, port);
        } catch (IOException | RuntimeException failed) {
            return String.format(Locale.ROOT, "%-13s %s", subject.name(), failed);
        }
    }

    private static String probe(Subject subject, Path directory, int port) throws IOException, InterruptedException {
        String absence = Peers.absence(subject.peer());
        if (!absence.isEmpty()) {
            return subject.name() + ": " + absence;
        }
        Peer peer = Peers.named(subject.peer());
        try (Group group = new Group(peer, directory, port)) {
            group.open(subject, KEYS, 4_000);
            Servers servers = group.servers();
            DriverProcess driver = group.driver(subject);
            List<String> others = new ArrayList<>(servers.names());
            others.remove(leader(servers, driver));
            driver.beginWatch(KEYS, STEPS, STEP_MILLIS);
            Thread.sleep((long) STEPS_BEFORE * STEP_MILLIS);
            servers.freeze(others);
            List<Integer> answered = driver.endWatch();
            servers.thaw();
            return words(subject, answered);
        }
    }

    private static String leader(Servers servers, DriverProcess driver) throws IOException {
        List<Long> before = servers.cpuNanos();
        driver.measure(new Cell("get", Cell.CUSTOMARY_BYTES, 16), KEYS, 0, 1_500, servers.pids());
        List<Long> after = servers.cpuNanos();
        int most = 0;
        for (int i = 1; i < after.size(); i++) {
            if (after.get(i) - before.get(i) > after.get(most) - before.get(most)) {
                most = i;
            }
        }
        return servers.names().get(most);
    }

    private static String words(Subject subject, List<Integer> answered) {
        int last = answered.size();
        while (last > STEPS_BEFORE && answered.get(last - 1) == 0) {
            last--;
        }
        String until = last == answered.size()
                ? "went on to the end: NOT linearizable"
                : last <= STEPS_BEFORE + 1
                        ? "ended at once"
                        : "ended after " + (last - STEPS_BEFORE - 1) * STEP_MILLIS + " to "
                                + (last - STEPS_BEFORE) * STEP_MILLIS + " ms";
        return String.format(
                Locale.ROOT,
                "%-13s %s%n              %s | %s",
                subject.name(),
                until,
                answered.subList(0, STEPS_BEFORE),
                answered.subList(STEPS_BEFORE, Math.min(answered.size(), STEPS_BEFORE + 25)));
    }

    private record Asked(List<Subject> subjects, Path out, boolean isCustomary) {}
}
