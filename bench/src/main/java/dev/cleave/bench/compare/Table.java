package dev.cleave.bench.compare;

import java.util.List;
import java.util.Locale;

/** The comparison as text that a person reads: a table for each kind of load, a row for each subject. */
final class Table {
    private final CompareOptions options;
    private final Results results;

    Table(CompareOptions options, Results results) {
        this.options = options;
        this.results = results;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (String kind : options.kinds()) {
            kind(text, kind, Cell.of(kind, options.inFlight()));
        }
        text.append("peak memory of all servers together, MiB (each of them)\n");
        results.memory().forEach((servers, peaks) -> {
            long sum = peaks.values().stream().mapToLong(Long::longValue).sum();
            text.append(String.format(Locale.ROOT, "%-14s %6d  %s%n", servers, sum, peaks));
        });
        text.append('\n');
        List<String> targets = Targets.judged(results);
        if (!targets.isEmpty()) {
            text.append("targets\n");
            targets.forEach(line -> text.append(line).append('\n'));
            text.append('\n');
        }
        results.about()
                .forEach((peer, words) ->
                        text.append(peer).append(": ").append(words).append('\n'));
        results.absent()
                .forEach((subject, why) ->
                        text.append(subject.name()).append(": ").append(why).append('\n'));
        return text.toString();
    }

    private void kind(StringBuilder text, String kind, List<Cell> cells) {
        text.append(kind).append(": operations per second, p50 / p99 in ms, CPU of all servers per operation in us\n");
        text.append(String.format(Locale.ROOT, "%-14s", "in flight"));
        cells.forEach(cell -> text.append(String.format(Locale.ROOT, " | %-37d", cell.inFlight())));
        text.append('\n');
        for (Subject subject : results.subjects()) {
            if (cells.stream().anyMatch(cell -> results.median(subject, cell).isPresent())) {
                text.append(String.format(Locale.ROOT, "%-14s", subject.name()));
                cells.forEach(cell -> text.append(" | ")
                        .append(results.median(subject, cell).map(Table::words).orElse(String.format("%-37s", "-"))));
                text.append('\n');
            }
        }
        text.append('\n');
    }

    private static String words(Figures figures) {
        return String.format(
                Locale.ROOT,
                "%,9.0f  %6.2f /%7.2f  %6.1f us%s",
                figures.perSecond(),
                figures.p50Micros() / 1e3,
                figures.p99Micros() / 1e3,
                figures.serverMicros(),
                figures.failed() == 0 ? " " : "!");
    }
}
