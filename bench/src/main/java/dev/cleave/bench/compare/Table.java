package dev.cleave.bench.compare;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The comparison as text that a person reads: a table for each kind of load, a row for each subject, those of one block together. */
final class Table {
    private final CompareOptions options;
    private final List<Results> blocks;
    private final Map<Subject, String> absent;

    Table(CompareOptions options, List<Results> blocks, Map<Subject, String> absent) {
        this.options = options;
        this.blocks = blocks;
        this.absent = absent;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        if (blocks.size() > 1) {
            text.append("Measured in ")
                    .append(blocks.size())
                    .append(
                            " blocks, one after the other, since the memory does not hold all servers at once. Rows of one block were measured by turns in the same minutes:"
                                    + " ratios count within a block.\n");
            for (int i = 0; i < blocks.size(); i++) {
                text.append(heading(i))
                        .append(": ")
                        .append(Subject.names(blocks.get(i).subjects()))
                        .append('\n');
            }
            text.append('\n');
        }
        for (String kind : options.kinds()) {
            kind(text, kind, Cell.of(kind, options.inFlight()));
        }
        memory(text);
        List<String> targets = Targets.judged(blocks);
        if (!targets.isEmpty()) {
            text.append("targets\n");
            targets.forEach(line -> text.append(line).append('\n'));
            text.append('\n');
        }
        notes(text);
        return text.toString();
    }

    private static String heading(int block) {
        return "block " + (block + 1);
    }

    private void kind(StringBuilder text, String kind, List<Cell> cells) {
        text.append(kind).append(": operations per second, p50 / p99 in ms, CPU of all servers per operation in us\n");
        text.append(String.format(Locale.ROOT, "%-14s", "in flight"));
        cells.forEach(cell -> text.append(String.format(Locale.ROOT, " | %-37d", cell.inFlight())));
        text.append('\n');
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.size() > 1) {
                text.append(heading(i)).append('\n');
            }
            rows(text, blocks.get(i), cells);
        }
        text.append('\n');
    }

    private static void rows(StringBuilder text, Results results, List<Cell> cells) {
        for (Subject subject : results.subjects()) {
            if (cells.stream().anyMatch(cell -> results.median(subject, cell).isPresent())) {
                text.append(String.format(Locale.ROOT, "%-14s", subject.name()));
                cells.forEach(cell -> text.append(" | ")
                        .append(results.median(subject, cell).map(Table::words).orElse(String.format("%-37s", "-"))));
                text.append('\n');
            }
        }
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

    private void memory(StringBuilder text) {
        text.append("peak memory of all servers together, MiB (each of them)\n");
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.size() > 1) {
                text.append(heading(i)).append('\n');
            }
            blocks.get(i).memory().forEach((servers, peaks) -> {
                long sum = peaks.values().stream().mapToLong(Long::longValue).sum();
                text.append(String.format(Locale.ROOT, "%-14s %6d  %s%n", servers, sum, peaks));
            });
        }
        for (int i = 0; i < blocks.size(); i++) {
            if (!blocks.get(i).regions().isEmpty()) {
                String where = blocks.size() > 1 ? " of " + heading(i) : "";
                text.append("Regions at the end")
                        .append(where)
                        .append(": ")
                        .append(blocks.get(i).regions())
                        .append('\n');
            }
        }
        text.append('\n');
    }

    /** What the peers are, and who is missing. */
    private void notes(StringBuilder text) {
        Map<String, String> about = new LinkedHashMap<>();
        blocks.forEach(block -> about.putAll(block.about()));
        about.forEach(
                (peer, words) -> text.append(peer).append(": ").append(words).append('\n'));
        absent.forEach((subject, why) ->
                text.append(subject.name()).append(": ").append(why).append('\n'));
        for (int i = 0; i < blocks.size(); i++) {
            String where = blocks.size() > 1 ? " (block " + (i + 1) + ")" : "";
            blocks.get(i)
                    .absent()
                    .forEach((subject, why) -> text.append(subject.name())
                            .append(where)
                            .append(": ")
                            .append(why)
                            .append('\n'));
        }
    }
}
