package dev.cleave.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Question: where do the time and the CPU of a replicated put of Cleave's go, stage by stage and thread by thread?
 *
 * <p>A placement driver and three stores as they come, one Region, after a long warm-up. The stages and the CPU of agents are what {@code cleave
 * store --profile-stages} measures; the rest of the CPU is what the kernel charged to each thread. The page of the documentation is written by the customary run alone. Last answer: {@code
 * docs/performance.md}.
 */
public final class Budget {
    private static final String USAGE = """
            compare budget [--in-flight 1,64,256] [--value-bytes 128] [--seconds 10] [--warm-up 120] [--out DIR]
              where the time and the CPU of a put go: its stages, and the threads of the servers; about 3 minutes
              the text goes to DIR/DATE-budget.txt (default bench/results), that of the customary run into docs/performance.md too""";

    private static final Map<String, String> CUSTOMARY = Map.of(
            "--in-flight", "1,64,256",
            "--value-bytes", Integer.toString(Cell.CUSTOMARY_BYTES),
            "--seconds", "10",
            "--warm-up", "120",
            "--out", "bench/results");

    /** What is shown of the agents' threads, and how the agents' roles begin; what is left of these threads is the handing over. */
    private static final Map<String, String> AGENTS = agents();

    private static final int FIRST_PORT = 27_500;
    private static final long CELL_WARM_MILLIS = 2_000;
    private static final Subject CLEAVE = Subject.parse("cleave");

    private static Map<String, String> agents() {
        Map<String, String> agents = new LinkedHashMap<>();
        agents.put("replica", "replica\"");
        agents.put("log: write and force", "log\"");
        agents.put("apply: into the engine", "apply\"");
        return agents;
    }

    private final Asked asked;
    private final StringBuilder text = new StringBuilder();

    private Budget(Asked asked) {
        this.asked = asked;
    }

    public static void main(String[] arguments) throws Exception {
        Usage.run(USAGE, arguments, Budget::parse, asked -> new Budget(asked).run());
    }

    private static Asked parse(String... arguments) {
        Map<String, String> said = Usage.words(CUSTOMARY, arguments);
        List<Integer> inFlight = Arrays.stream(
                        said.getOrDefault("--in-flight", "").split(","))
                .map(Integer::valueOf)
                .toList();
        return new Asked(
                inFlight,
                Integer.parseInt(said.getOrDefault("--value-bytes", "")),
                millis(said.getOrDefault("--seconds", "")),
                millis(said.getOrDefault("--warm-up", "")),
                Path.of(said.getOrDefault("--out", "")),
                said.equals(CUSTOMARY));
    }

    private static long millis(String seconds) {
        return (long) (Double.parseDouble(seconds) * 1_000);
    }

    private void run() throws IOException, InterruptedException {
        say(
                "Where a put of Cleave's goes, %s. %s.%nThree stores and the load on one machine, %d keys, values of %d bytes, %.0f s each after %.0f s of warm-up.%n"
                        + "Stages are timed per request, per write of the log, per range of entries, large or small, not per put: means of what holds many puts add up only roughly.",
                LocalDate.now(ZoneOffset.UTC),
                Proc.machine(),
                Compare.KEYS,
                asked.valueBytes(),
                asked.millis() / 1e3,
                asked.warmMillis() / 1e3);
        Path directory = Files.createTempDirectory("cleave-budget");
        try (Group group =
                new Group(new CleavePeer(List.of("--profile-stages")), directory.resolve("servers"), FIRST_PORT)) {
            group.fill(CLEAVE, Compare.KEYS);
            group.warm(CLEAVE, List.of("put"), Compare.KEYS, asked.warmMillis());
            List<Spent> all = new ArrayList<>();
            for (int inFlight : asked.inFlight()) {
                all.add(measured(group, inFlight));
            }
            all.forEach(this::stages);
            processors(all);
        } finally {
            Compare.delete(directory);
        }
        Path results = Files.createDirectories(asked.out());
        Files.writeString(results.resolve(LocalDate.now(ZoneOffset.UTC) + "-budget.txt"), text);
        Path page = Path.of("docs", "performance.md");
        if (asked.isCustomary() && Files.exists(page)) {
            String block = "```\n" + text + "```\n";
            Files.writeString(page, DocsBlock.replaced(Files.readString(page), "budget", block));
        }
    }

    private Spent measured(Group group, int inFlight) throws IOException {
        DriverProcess driver = group.driver(CLEAVE);
        Servers servers = group.servers();
        Cell cell = new Cell("put", asked.valueBytes(), inFlight);
        driver.measure(cell, Compare.KEYS, CELL_WARM_MILLIS, 1, servers.pids());
        List<String> before = pages(servers);
        Map<String, ThreadTimes> cpuBefore = threads(servers);
        Figures figures = driver.measure(cell, Compare.KEYS, 0, asked.millis(), servers.pids());
        List<String> after = pages(servers);
        Map<String, ThreadTimes> cpu = new LinkedHashMap<>();
        threads(servers)
                .forEach((server, now) ->
                        cpu.put(server, now.since(cpuBefore.getOrDefault(server, new ThreadTimes(Map.of())))));
        return new Spent(inFlight, figures, before, after, cpu);
    }

    private static List<String> pages(Servers servers) throws IOException {
        List<String> pages = new ArrayList<>();
        for (int store = 1; store <= CleavePeer.STORES; store++) {
            pages.add(Metric.page(servers.firstPort() + 2 * store + 1));
        }
        return pages;
    }

    private static Map<String, ThreadTimes> threads(Servers servers) throws IOException {
        Map<String, ThreadTimes> threads = new LinkedHashMap<>();
        for (String server : servers.names()) {
            threads.put(server, ThreadTimes.of(servers.pid(server)));
        }
        return threads;
    }

    private void stages(Spent spent) {
        Figures figures = spent.figures();
        int leader = spent.leader();
        Histogram requests = spent.histogram(leader, "cleave_request_duration_seconds");
        Histogram whole = spent.stage(leader, "propose");
        Histogram commit = spent.stage(leader, "commit");
        Histogram apply = spent.stage(leader, "apply");
        double mean = spent.meanMillis();
        say(
                "%n%d in flight: %,.0f puts per second; %.1f in a request, %.1f in a write of the leader's log",
                spent.inFlight(),
                figures.perSecond(),
                figures.perSecond() * asked.millis() / 1e3 / Math.max(1, requests.count()),
                figures.perSecond()
                        * asked.millis()
                        / 1e3
                        / Math.max(1, spent.stage(leader, "append_fsync").count()));
        say("%-62s %8s %8s %8s %7s", "ms", "mean", "p50", "p99", "share");
        line("a put, as its client sees it", mean, mean, figures.p50Micros() / 1e3, figures.p99Micros() / 1e3);
        rest(
                "  the rest: client and network, there and back",
                mean - requests.meanMillis(),
                figures.p50Micros() / 1e3 - requests.millis(50),
                mean);
        line("  in the leader's store, from arrival to answer", requests, mean);
        rest(
                "    the rest: decode, gate, inbox, answer",
                requests.meanMillis() - whole.meanMillis(),
                requests.millis(50) - whole.millis(50),
                mean);
        line("    from appended to applied", whole, mean);
        line("      to committed: on a quorum's disks, and on this one's", commit, mean);
        line("        meanwhile the leader's log: written and forced", spent.stage(leader, "append_fsync"), mean);
        line("        meanwhile the followers' logs", spent.followers("append_fsync"), mean);
        line("      from committed to applied", apply, mean);
    }

    private void line(String what, Histogram times, double whole) {
        line(what, times.meanMillis(), whole, times.millis(50), times.millis(99));
    }

    private void line(String what, double mean, double whole, double p50, double p99) {
        say("%-62s %8.2f %8.2f %8.2f %6.0f%%", what, mean, p50, p99, 100 * mean / whole);
    }

    private void rest(String what, double mean, double p50, double whole) {
        say("%-62s %8.2f %8.2f %8s %6.0f%%", what, mean, p50, "", 100 * mean / whole);
    }

    private void processors(List<Spent> all) {
        say("%nCPU per put, us of all three stores (of the leader's)");
        say("%-36s%s", "in flight", cells(all, spent -> Integer.toString(spent.inFlight())));
        for (String duty : ThreadTimes.duties()) {
            say("%-36s%s", duty, cells(all, spent -> words(spent.storesMicros(duty), spent.leaderMicros(duty))));
            if (duty.equals(ThreadTimes.AGENTS)) {
                AGENTS.forEach((agent, role) -> say(
                        "%-36s%s",
                        "  " + agent,
                        cells(all, spent -> words(spent.agentMicros(role), spent.agentMicros(role, spent.leader())))));
            }
        }
        say("%-36s%s", "the placement driver", cells(all, spent -> micros(spent.microsOf("pd"))));
        say("%-36s%s", "all servers", cells(all, spent -> micros(spent.figures().serverMicros())));
        say("%-36s%s", "the client", cells(all, spent -> micros(spent.figures().clientMicros())));
    }

    private static String words(double ofAll, double ofLeader) {
        return micros(ofAll) + " (" + micros(ofLeader) + ")";
    }

    private static String micros(double micros) {
        return String.format(Locale.ROOT, "%.2f", micros);
    }

    private static String cells(List<Spent> all, Function<Spent, String> words) {
        StringBuilder line = new StringBuilder();
        all.forEach(spent -> line.append(String.format(Locale.ROOT, " %18s", words.apply(spent))));
        return line.toString();
    }

    private void say(String format, Object... arguments) {
        String line = String.format(Locale.ROOT, format, arguments);
        System.out.println(line);
        text.append(line).append('\n');
    }

    private record Asked(
            List<Integer> inFlight, int valueBytes, long millis, long warmMillis, Path out, boolean isCustomary) {}
}
