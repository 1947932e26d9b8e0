package dev.cleave.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes what was found into files: the table for people, every pass as JSON for programs, and a plot of each kind of load. */
final class Report {
    private static final Path PAGE = Path.of("docs", "performance.md");
    private static final Path PLOTS = Path.of("docs", "performance");

    private final CompareOptions options;
    private final List<Results> blocks;
    private final Map<Subject, String> absent;

    Report(CompareOptions options, List<Results> blocks, Map<Subject, String> absent) {
        this.options = options;
        this.blocks = blocks;
        this.absent = absent;
    }

    void write() throws IOException {
        String name = LocalDate.now(ZoneOffset.UTC) + "-" + options.label();
        String head = String.format(
                Locale.ROOT,
                "Cleave and its peers, %s. %s.%nServers and load share the machine; every server forces its log before it answers. %d keys of 18 bytes.%n"
                        + "Each subject was warmed up for %.0f s. Medians of %d passes of %.1f s each; ! = some operations failed.%n%n",
                LocalDate.now(ZoneOffset.UTC),
                Proc.machine(),
                Compare.KEYS,
                options.warmUpSeconds(),
                options.passes(),
                options.seconds());
        String text = head + new Table(options, blocks, absent).text();
        System.out.print(text);
        Files.createDirectories(options.out());
        Path table = Files.writeString(options.out().resolve(name + ".txt"), text);
        Path json = Files.writeString(options.out().resolve(name + ".json"), json());
        System.err.println("written: " + table + ", " + json);
        boolean isForDocs = options.label().equals(CompareOptions.CUSTOMARY_LABEL) && Files.exists(PAGE);
        if (isForDocs) {
            Files.writeString(PAGE, DocsBlock.replaced(Files.readString(PAGE), "table", "```\n" + text + "```\n"));
        }
        for (String kind : options.kinds()) {
            List<Cell> cells = Cell.of(kind, options.inFlight());
            if (cells.size() > 2) {
                Path plot = isForDocs
                        ? Files.createDirectories(PLOTS).resolve("peers-" + kind + ".svg")
                        : options.out().resolve(name + "-" + kind + ".svg");
                String title = kind + ", values of " + cells.get(0).valueBytes() + " bytes";
                Files.writeString(plot, Plot.svg(title, "operations in flight", lines(cells)));
            }
        }
    }

    private List<Plot.Line> lines(List<Cell> cells) {
        List<Plot.Line> lines = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            lines.addAll(lines(cells, blocks.get(i), blocks.size() > 1 ? " (" + (i + 1) + ")" : ""));
        }
        return lines;
    }

    private static List<Plot.Line> lines(List<Cell> cells, Results results, String where) {
        List<Plot.Line> lines = new ArrayList<>();
        for (Subject subject : results.subjects()) {
            List<Plot.Point> points = new ArrayList<>();
            for (Cell cell : cells) {
                results.median(subject, cell)
                        .filter(figures -> figures.perSecond() > 0)
                        .ifPresent(figures ->
                                points.add(new Plot.Point(cell.inFlight(), figures.perSecond(), figures.p99Micros())));
            }
            lines.add(new Plot.Line(subject.name() + where, points));
        }
        return lines;
    }

    private String json() throws IOException {
        List<String> each = new ArrayList<>();
        for (Results block : blocks) {
            each.add("{\"peakMebibytes\":{" + memory(block) + "},\n\"rows\":[\n" + rows(block) + "\n]}");
        }
        return "{\"kind\":\"Comparison\",\"machine\":" + quoted(Proc.machine()) + ",\"keys\":" + Compare.KEYS
                + ",\"secondsPerCell\":" + options.seconds() + ",\"warmUpSeconds\":" + options.warmUpSeconds()
                + ",\n\"blocks\":[" + String.join(",\n", each) + "]}\n";
    }

    private static String memory(Results results) {
        List<String> memory = new ArrayList<>();
        results.memory().forEach((servers, peaks) -> {
            List<String> each = new ArrayList<>();
            peaks.forEach((server, mebibytes) -> each.add(quoted(server) + ":" + mebibytes));
            memory.add(quoted(servers) + ":{" + String.join(",", each) + "}");
        });
        return String.join(",", memory);
    }

    private String rows(Results results) {
        List<String> rows = new ArrayList<>();
        for (Subject subject : results.subjects()) {
            for (Cell cell : options.cells()) {
                int pass = 0;
                for (Figures figures : results.passes(subject, cell)) {
                    rows.add(row(subject, cell, ++pass, figures));
                }
            }
        }
        return String.join(",\n", rows);
    }

    private static String row(Subject subject, Cell cell, int pass, Figures figures) {
        return String.format(
                Locale.ROOT,
                "{\"subject\":%s,\"mix\":%s,\"valueBytes\":%d,\"inFlight\":%d,\"pass\":%d,\"perSecond\":%.1f,\"p50Micros\":%.1f,\"p99Micros\":%.1f,"
                        + "\"p999Micros\":%.1f,\"maxMicros\":%.1f,\"serverMicrosPerOperation\":%.2f,\"clientMicrosPerOperation\":%.2f,\"failed\":%d,\"problem\":%s}",
                quoted(subject.name()),
                quoted(cell.mix()),
                cell.valueBytes(),
                cell.inFlight(),
                pass,
                figures.perSecond(),
                figures.p50Micros(),
                figures.p99Micros(),
                figures.p999Micros(),
                figures.maxMicros(),
                figures.serverMicros(),
                figures.clientMicros(),
                figures.failed(),
                quoted(figures.problem()));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ") + '"';
    }
}
