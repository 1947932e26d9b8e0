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

/**
 * Question: how do Cleave's rate and p99 change with operations in flight, with the size of values, with the number of keys and of Regions?
 *
 * <p>Three stores and a placement driver as they come; each point is the median of three stretches. Last answer: {@code docs/performance.md}. Arguments: seconds per
 * stretch, the most keys, where the text goes, where the plots go, which of the curves.
 */
public final class Curves {
    private static final int FIRST_PORT = 26_000;
    private static final int REPEATS = 3;
    private static final long WARM_MILLIS = 500;
    private static final String WHAT = "in-flight,regions,keys";
    private static final List<String> MIXES = List.of("put", "get");

    private final Path directory;
    private final long millis;
    private final StringBuilder text = new StringBuilder();
    private final Map<String, List<Plot.Point>> lines = new LinkedHashMap<>();
    private int port = FIRST_PORT;

    private Curves(Path directory, double seconds) {
        this.directory = directory;
        millis = (long) (seconds * 1_000);
    }

    public static void main(String[] arguments) throws Exception {
        double seconds = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 2;
        long keysMax = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1_000_000;
        Path results = Path.of(arguments.length > 2 ? arguments[2] : "bench/results");
        Path plots = Files.createDirectories(Path.of(arguments.length > 3 ? arguments[3] : "docs/performance"));
        String what = arguments.length > 4 ? arguments[4] : WHAT;
        Path directory = Files.createTempDirectory("cleave-curves");
        try {
            Curves curves = new Curves(directory, seconds);
            curves.say(
                    "Cleave's curves, %s. %s. Each point: the median of %d stretches of %.1f s.",
                    LocalDate.now(ZoneOffset.UTC), Proc.machine(), REPEATS, seconds);
            if (what.contains("in-flight")) {
                curves.inFlightAndValues(plots);
            }
            if (what.contains("regions")) {
                curves.regions(plots);
            }
            if (what.contains("keys")) {
                curves.keys(plots, keysMax);
            }
            String name = LocalDate.now(ZoneOffset.UTC) + "-curves" + (what.equals(WHAT) ? "" : "-" + what) + ".txt";
            Files.writeString(results.resolve(name), curves.text);
        } finally {
            Compare.delete(directory);
        }
    }

    private void inFlightAndValues(Path plots) throws Exception {
        Subject subject = Subject.parse("cleave");
        try (Group group = open(subject, Compare.KEYS)) {
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

    private void regions(Path plots) throws Exception {
        for (int regions : new int[] {1, 8, 64, 512}) {
            Subject subject = Subject.parse("cleave-" + regions);
            try (Group group = open(subject, Compare.KEYS)) {
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

    private void keys(Path plots, long keysMax) throws Exception {
        Subject subject = Subject.parse("cleave");
        try (Group group = open(subject, 10_000)) {
            for (long keys = 10_000; keys <= keysMax; keys *= 10) {
                group.driver(subject).fill(keys, Cell.CUSTOMARY_BYTES);
                for (String mix : MIXES) {
                    point(group, subject, new Cell(mix, Cell.CUSTOMARY_BYTES, 64), keys, mix + ", 64 in flight", keys);
                }
            }
        }
        draw(plots.resolve("keys.svg"), "Cleave, begun with one Region, values of 128 bytes", "keys");
    }

    private Group open(Subject subject, long keys) throws IOException, InterruptedException {
        Group group = new Group(Peers.named(subject.peer()), directory.resolve(Integer.toString(port)), port);
        port += 40;
        group.open(subject, keys, 10_000);
        return group;
    }

    private void point(Group group, Subject subject, Cell cell, long keys, String line, double x) throws IOException {
        Figures[] stretches = new Figures[REPEATS];
        for (int i = 0; i < REPEATS; i++) {
            stretches[i] = group.driver(subject)
                    .measure(cell, keys, WARM_MILLIS, millis, group.servers().pids());
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
