package dev.cleave.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes what was found into files: the table for people, every pass as JSON for programs, and a plot of each kind of load. */
final class Report {
    private static final Path PAGE = Path.of("docs", "performance.md");
    private static final Path PLOTS = Path.of("docs", "performance");

    private final CompareOptions options;
    private final Results results;

    Report(CompareOptions options, Results results) {
        this.options = options;
        this.results = results;
    }

    void write() throws IOException {
        String name = LocalDate.now(ZoneOffset.UTC) + "-" + options.label();
        String head = String.format(
                Locale.ROOT,
                "Cleave and its peers, %s. %s.%nServers and load share the machine; every server forces its log before it answers. %d keys of 18 bytes.%n"
                        + "Medians of %d passes of %.1f s each; ! = some operations failed.%n%n",
                LocalDate.now(ZoneOffset.UTC),
                Proc.machine(),
                Compare.KEYS,
                options.passes(),
                options.seconds());
        String text = head + new Table(options, results).text();
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
        for (Subject subject : results.subjects()) {
            List<Plot.Point> points = new ArrayList<>();
            for (Cell cell : cells) {
                results.median(subject, cell)
                        .filter(figures -> figures.perSecond() > 0)
                        .ifPresent(figures ->
                                points.add(new Plot.Point(cell.inFlight(), figures.perSecond(), figures.p99Micros())));
            }
            lines.add(new Plot.Line(subject.name(), points));
        }
        return lines;
    }

    private String json() throws IOException {
        List<String> rows = new ArrayList<>();
        for (Subject subject : results.subjects()) {
            for (Cell cell : options.cells()) {
                int pass = 0;
                for (Figures figures : results.passes(subject, cell)) {
                    rows.add(row(subject, cell, ++pass, figures));
                }
            }
        }
        List<String> memory = new ArrayList<>();
        results.memory().forEach((servers, peaks) -> {
            List<String> each = new ArrayList<>();
            peaks.forEach((server, mebibytes) -> each.add(quoted(server) + ":" + mebibytes));
            memory.add(quoted(servers) + ":{" + String.join(",", each) + "}");
        });
        return "{\"kind\":\"Comparison\",\"machine\":" + quoted(Proc.machine()) + ",\"keys\":" + Compare.KEYS
                + ",\"secondsPerCell\":" + options.seconds() + ",\n\"peakMebibytes\":{" + String.join(",", memory)
                + "},\n\"rows\":[\n" + String.join(",\n", rows) + "\n]}\n";
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
