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
import java.util.concurrent.TimeUnit;

/**
 * Question: how do Cleave's rate, p99 and CPU per operation change with operations in flight, with the size of values, with the number of keys, of busy and of idle Regions?
 *
 * <p>Three stores and a placement driver as they come; each point is the median of three stretches. What should stay flat is judged: CPU per operation at the far end against
 * the near end. Both ends are measured on the same servers, after a minute of warm-up, so that the near end does not pay for the JVMs' youth. Last answer: {@code
 * docs/performance.md}.
 */
public final class Curves {
    private static final int FIRST_PORT = 26_000;
    private static final int PORTS_EACH = 40;
    private static final int REPEATS = 3;
    private static final long WARM_MILLIS = 500;
    private static final long OPEN_WARM_MILLIS = 10_000;
    private static final long LONG_WARM_MILLIS = 60_000;
    /** After much was written or divided: until what follows of it is over, and memory holds what is read. */
    private static final long SETTLE_MILLIS = 8_000;

    private static final double FLAT = 1.4;
    private static final String ASLEEP = "cleave_region_asleep";
    private static final int ASLEEP_SECONDS = 120;
    private static final List<String> MIXES = List.of("put", "get");

    private final Path directory;
    private final CurveOptions options;
    private final StringBuilder text = new StringBuilder();
    private final Map<String, List<Plot.Point>> lines = new LinkedHashMap<>();
    private int port = FIRST_PORT;

    private Curves(Path directory, CurveOptions options) {
        this.directory = directory;
        this.options = options;
    }

    public static void main(String[] arguments) throws Exception {
        Usage.run(CurveOptions.USAGE, arguments, CurveOptions::parse, Curves::draw);
    }

    private static void draw(CurveOptions options) throws Exception {
        Path directory = Files.createTempDirectory("cleave-curves");
        try {
            new Curves(directory, options).run();
        } finally {
            Compare.delete(directory);
        }
    }

    private void run() throws IOException, InterruptedException {
        Path plots = Files.createDirectories(options.plots());
        say(
                "Cleave's curves, %s. %s. Each point: the median of %d stretches of %.1f s.",
                LocalDate.now(ZoneOffset.UTC), Proc.machine(), REPEATS, options.seconds());
        try {
            if (options.only().contains("in-flight")) {
                inFlightAndValues(plots);
            }
            if (options.only().contains("regions")) {
                regions(plots);
            }
            if (options.only().contains("idle")) {
                idle(plots);
            }
            if (options.only().contains("keys")) {
                keys(plots);
            }
        } finally {
            String name = LocalDate.now(ZoneOffset.UTC) + "-" + options.name() + ".txt";
            Files.writeString(Files.createDirectories(options.out()).resolve(name), text);
        }
    }

    private void inFlightAndValues(Path plots) throws IOException, InterruptedException {
        Subject subject = Subject.parse("cleave");
        try (Group group = open(subject, Compare.KEYS, OPEN_WARM_MILLIS)) {
            for (String mix : MIXES) {
                for (int inFlight : new int[] {1, 4, 16, 64, 256, 1024}) {
                    point(group, subject, new Cell(mix, Cell.CUSTOMARY_BYTES, inFlight), Compare.KEYS, mix, inFlight);
                }
            }
            draw(plots.resolve("in-flight.svg"), "Cleave, one Region, values of 128 bytes", "operations in flight");
            for (int bytes : new int[] {16, 128, 1_024, 4_096, 16_384}) {
                point(group, subject, new Cell("put", bytes, 64), Compare.KEYS, "put, 64 in flight", bytes);
            }
            draw(plots.resolve("value-bytes.svg"), "Cleave, one Region", "bytes of a value");
        }
    }

    private void regions(Path plots) throws IOException, InterruptedException {
        for (int regions : new int[] {1, 8, 64, 512}) {
            Subject subject = Subject.parse("cleave-" + regions);
            try (Group group = open(subject, Compare.KEYS, OPEN_WARM_MILLIS)) {
                for (String mix : MIXES) {
                    for (int inFlight : new int[] {64, 256}) {
                        Cell cell = new Cell(mix, Cell.CUSTOMARY_BYTES, inFlight);
                        point(group, subject, cell, Compare.KEYS, mix + ", " + inFlight + " in flight", regions);
                    }
                }
            }
        }
        draw(plots.resolve("regions.svg"), "Cleave, 100,000 keys, values of 128 bytes", "Regions, all of them busy");
    }

    /** The load stays in one Region; the others are empty, and sleep. */
    private void idle(Path plots) throws IOException, InterruptedException {
        Subject subject = Subject.parse("cleave");
        Map<String, Figures> near = new LinkedHashMap<>();
        int there = 1;
        try (Group group = open(subject, Compare.KEYS, LONG_WARM_MILLIS)) {
            for (int regions : new int[] {1, 500, 5_000}) {
                if (regions > there) {
                    List<Long> borders = new ArrayList<>();
                    for (long border = there; border < regions; border++) {
                        borders.add(Compare.KEYS + border);
                    }
                    CleavePeer.divide(group.servers(), borders);
                    awaitAsleep(group.servers(), regions);
                    settle(group, subject, Compare.KEYS);
                    there = regions;
                }
                say("%,d Regions, all but one idle", regions);
                for (String mix : MIXES) {
                    Cell cell = new Cell(mix, Cell.CUSTOMARY_BYTES, 64);
                    Figures figures = point(group, subject, cell, Compare.KEYS, mix + ", 64 in flight", regions);
                    near.putIfAbsent(mix, figures);
                    if (regions == 5_000) {
                        flat(mix + ", 5,000 Regions against one", near.getOrDefault(mix, figures), figures);
                    }
                }
            }
        }
        draw(plots.resolve("idle-regions.svg"), "Cleave, 100,000 keys in one Region", "Regions, all but one idle");
    }

    private void awaitAsleep(Servers servers, int regions) throws InterruptedException, IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(ASLEEP_SECONDS);
        for (int store = 1; store <= CleavePeer.STORES; store++) {
            int http = servers.firstPort() + 2 * store + 1;
            // The one under load may be awake.
            while (Metric.of(http, ASLEEP) < regions - 1) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IOException("store " + store + " has " + Metric.of(http, ASLEEP) + " Regions asleep, not "
                            + (regions - 1) + ", after " + ASLEEP_SECONDS + " s");
                }
                Thread.sleep(200);
            }
        }
    }

    private void keys(Path plots) throws IOException, InterruptedException {
        Subject subject = Subject.parse("cleave");
        Map<String, Figures> near = new LinkedHashMap<>();
        try (Group group = open(subject, Compare.KEYS / 10, LONG_WARM_MILLIS)) {
            for (long keys = Compare.KEYS / 10; keys <= options.keysMax(); keys *= 10) {
                long start = System.nanoTime();
                group.driver(subject).fill(keys, Cell.CUSTOMARY_BYTES);
                double seconds = (System.nanoTime() - start) / 1e9;
                say("%,d keys written in %.1f s: %,.0f/s", keys, seconds, keys / seconds);
                settle(group, subject, keys);
                for (String mix : MIXES) {
                    Cell cell = new Cell(mix, Cell.CUSTOMARY_BYTES, 64);
                    Figures figures = point(group, subject, cell, keys, mix + ", 64 in flight", keys);
                    if (keys == Compare.KEYS) {
                        near.put(mix, figures);
                    } else if (keys > Compare.KEYS) {
                        String what = String.format(Locale.ROOT, "%s, %,d keys against %,d", mix, keys, Compare.KEYS);
                        flat(what, near.getOrDefault(mix, figures), figures);
                    }
                }
            }
        }
        draw(plots.resolve("keys.svg"), "Cleave, begun with one Region, values of 128 bytes", "keys");
    }

    private static void settle(Group group, Subject subject, long keys) throws IOException {
        Cell get = new Cell("get", Cell.CUSTOMARY_BYTES, 64);
        group.driver(subject)
                .measure(get, keys, SETTLE_MILLIS, 1, group.servers().pids());
    }

    private void flat(String what, Figures near, Figures far) {
        double times = far.serverMicros() / near.serverMicros();
        say(
                "%s",
                Target.words(
                        what,
                        "CPU at most " + FLAT + " times",
                        String.format(Locale.ROOT, "%.2f times", times),
                        times <= FLAT));
    }

    private Group open(Subject subject, long keys, long warmMillis) throws IOException, InterruptedException {
        Group group = new Group(new CleavePeer(List.of()), directory.resolve(Integer.toString(port)), port);
        port += PORTS_EACH;
        group.open(subject, keys, warmMillis);
        return group;
    }

    private Figures point(Group group, Subject subject, Cell cell, long keys, String line, double x)
            throws IOException {
        Figures[] stretches = new Figures[REPEATS];
        for (int i = 0; i < REPEATS; i++) {
            stretches[i] = group.driver(subject)
                    .measure(
                            cell,
                            keys,
                            WARM_MILLIS,
                            (long) (options.seconds() * 1_000),
                            group.servers().pids());
        }
        Figures median = Figures.median(Arrays.asList(stretches));
        lines.computeIfAbsent(line, any -> new ArrayList<>())
                .add(new Plot.Point(x, median.perSecond(), median.p99Micros()));
        say(
                "%-9s %,9d keys  %5d bytes  %4d in flight  %-4s %,9.0f/s  p50 %7.2f  p99 %7.2f ms  %6.1f us of servers per operation%s",
                subject.name(),
                keys,
                cell.valueBytes(),
                cell.inFlight(),
                cell.mix(),
                median.perSecond(),
                median.p50Micros() / 1e3,
                median.p99Micros() / 1e3,
                median.serverMicros(),
                median.failed() == 0 ? "" : "  FAILED " + median.failed() + ": " + median.problem());
        return median;
    }

    private void draw(Path file, String title, String xName) throws IOException {
        List<Plot.Line> drawn = new ArrayList<>();
        lines.forEach((name, points) -> drawn.add(new Plot.Line(name, points)));
        Files.writeString(file, Plot.svg(title, xName, drawn));
        lines.clear();
    }

    private void say(String format, Object... arguments) {
        String line = String.format(Locale.ROOT, format, arguments);
        System.err.println(line);
        text.append(line).append('\n');
    }
}
