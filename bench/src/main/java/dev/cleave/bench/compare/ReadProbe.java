package dev.cleave.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Question: what does each way of reading really ask of a quorum? While clients read, all servers but the leader are stopped (SIGSTOP): reads that ask a quorum end at once, reads
 * by lease when the lease does, and reads that never end are not linearizable. Last answer: {@code docs/performance.md}.
 *
 * <p>Who leads is told by who uses most CPU under a load of reads, all of which go to the leader. Arguments: the subjects, and where the text goes.
 */
public final class ReadProbe {
    private static final int FIRST_PORT = 27_000;
    private static final long KEYS = 1_000;
    private static final int STEP_MILLIS = 100;
    private static final int STEPS_BEFORE = 10;
    private static final int STEPS = 60;

    private ReadProbe() {}

    public static void main(String[] arguments) throws Exception {
        String subjects =
                arguments.length > 0 ? arguments[0] : "cleave,cleave-index,rheakv,rheakv-lease,ratis,ratis-lease,etcd";
        Path results = Path.of(arguments.length > 1 ? arguments[1] : "bench/results");
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
            for (String name : subjects.split(",")) {
                String line = probe(Subject.parse(name), directory.resolve(name), port);
                System.err.println(line);
                text.add(line);
                port += 40;
            }
        } finally {
            Compare.delete(directory);
        }
        Path page = Path.of("docs", "performance.md");
        if (Files.exists(page)) {
            String block = "```\n" + String.join("\n", text) + "\n```\n";
            Files.writeString(page, DocsBlock.replaced(Files.readString(page), "probe", block));
        }
        Files.write(results.resolve(LocalDate.now(ZoneOffset.UTC) + "-read-probe.txt"), text);
    }

    private static String probe(Subject subject, Path directory, int port) throws IOException, InterruptedException {
        Peer peer = Peers.named(subject.peer());
        if (peer.absence().isPresent()) {
            return subject.name() + ": " + peer.absence().get();
        }
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
}
