package dev.cleave.tests.simulator;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A batch in figures: tables for people, JSON for programs. */
final class Summary {
    private final SimulateOptions options;
    private final Tally tally;
    private final long realMillis;

    Summary(SimulateOptions options, Tally tally, long realMillis) {
        this.options = options;
        this.tally = tally;
        this.realMillis = realMillis;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%d operations, %d s of trouble, %.1f s of real time, chain %016x%n",
                tally.operations(),
                tally.virtualSeconds(),
                realMillis / 1e3,
                tally.chain()));
        text.append("what the nemesis did:\n");
        tally.done().forEach((kind, count) -> text.append(String.format(Locale.ROOT, "  %10d  %s%n", count, kind)));
        text.append("what happened sometimes (times, seeds):\n");
        tally.sometimes()
                .forEach((path, count) -> text.append(
                        String.format(Locale.ROOT, "  %10d %6d  %s%n", count, tally.seedsWith(path), path)));
        return text.toString();
    }

    String json() {
        return String.format(
                Locale.ROOT,
                """
                {"from":%d,"to":%d,"seconds":%d,"threads":%d,"seeds":%d,"events":%d,"faults":%d,"operations":%d,"violations":%d,
                "virtualSeconds":%d,"realMillis":%d,"chain":"%016x",
                "done":%s,
                "sometimes":%s}
                """,
                options.from(),
                options.to(),
                options.seconds(),
                options.threads(),
                tally.seeds(),
                tally.events(),
                tally.faults(),
                tally.operations(),
                tally.violations(),
                tally.virtualSeconds(),
                realMillis,
                tally.chain(),
                object(tally.done()),
                object(tally.sometimes()));
    }

    /** Names are our own words: nothing in them needs to be escaped. */
    private static String object(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .map(each -> "\"" + each.getKey() + "\":" + each.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }
}
