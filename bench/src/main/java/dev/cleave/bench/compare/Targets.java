package dev.cleave.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** What Cleave wants to reach beside its peers, each with the figure of this run and whether it is met. Ratios count: they come from the same minutes on the same machine. */
final class Targets {
    private static final int KIND_BYTES = 1_024;

    private final Results results;
    private final List<String> lines = new ArrayList<>();

    private Targets(Results results) {
        this.results = results;
    }

    /** Lines for those that this run can judge. */
    static List<String> judged(Results results) {
        Targets targets = new Targets(results);
        targets.onePut();
        for (int inFlight : new int[] {64, 256}) {
            targets.puts(inFlight);
        }
        Cell many = new Cell("put", Cell.CUSTOMARY_BYTES, 256);
        targets.atLeast("put, 256 in flight, beside one Redis", many, "cleave", "redis", 1);
        targets.figure("cleave", many, Figures::serverMicros)
                .ifPresent(micros ->
                        targets.line("CPU of all servers per put at 256", "at most 12 us", micros, "us", micros <= 12));
        for (int inFlight : new int[] {64, 256}) {
            Cell get = new Cell("get", Cell.CUSTOMARY_BYTES, inFlight);
            targets.atLeast("get by read index, " + inFlight + " in flight", get, "cleave-index", "rheakv", 2);
            targets.atLeast("get by lease, " + inFlight + " in flight", get, "cleave", "rheakv-lease", 2);
        }
        targets.atMost(
                "get by lease, one in flight, p50",
                new Cell("get", Cell.CUSTOMARY_BYTES, 1),
                Figures::p50Micros,
                "echo",
                4);
        targets.atLeast("scan of 100, 16 in flight", new Cell("scan", Cell.CUSTOMARY_BYTES, 16), "cleave", "rheakv", 4);
        targets.atLeast("put of 1 KiB, 64 in flight", new Cell("put", KIND_BYTES, 64), "cleave", "rheakv", 2);
        for (String mix : new String[] {"put", "get"}) {
            for (int inFlight : new int[] {64, 256}) {
                Cell cell = new Cell(mix, Cell.CUSTOMARY_BYTES, inFlight);
                targets.atLeast(mix + ", " + inFlight + " in flight, 64 Regions", cell, "cleave-64", "cleave", 0.6);
            }
        }
        targets.memory();
        return targets.lines;
    }

    /** Beside what nobody who forces and replicates can leave out: one append and force of the same log, a round trip to the leader and one to a follower. */
    private void onePut() {
        Cell put = new Cell("put", Cell.CUSTOMARY_BYTES, 1);
        ToDoubleFunction<Figures> p50 = Figures::p50Micros;
        figure("cleave", put, p50)
                .ifPresent(mine -> figure("forced", put, p50)
                        .ifPresent(forced -> figure("echo", put, p50).ifPresent(trip -> {
                            double ratio = mine / (forced + trip);
                            line(
                                    "put, one in flight, p50",
                                    "at most 1.5 times forced + echo",
                                    ratio,
                                    "times",
                                    ratio <= 1.5);
                        })));
    }

    private void puts(int inFlight) {
        Cell put = new Cell("put", Cell.CUSTOMARY_BYTES, inFlight);
        String name = "put, " + inFlight + " in flight";
        atLeast(name + ", one Region", put, "cleave", "rheakv", 1.8);
        atLeast(name + ", 8 Regions", put, "cleave-8", "rheakv-8", 10);
        atLeast(name + ", neither client gathers", put, "cleave-plain", "rheakv-plain", 1.8);
        atMost(name + ", p99", put, Figures::p99Micros, "rheakv", 0.5);
    }

    private Optional<Double> figure(String subject, Cell cell, ToDoubleFunction<Figures> figure) {
        return results.median(Subject.parse(subject), cell).map(figure::applyAsDouble);
    }

    private void atLeast(String name, Cell cell, String ours, String theirs, double factor) {
        ratio(cell, ours, theirs, Figures::perSecond)
                .ifPresent(ratio ->
                        line(name, "at least " + factor + " times " + theirs, ratio, "times", ratio >= factor));
    }

    private void atMost(String name, Cell cell, ToDoubleFunction<Figures> figure, String theirs, double factor) {
        ratio(cell, "cleave", theirs, figure)
                .ifPresent(
                        ratio -> line(name, "at most " + factor + " times " + theirs, ratio, "times", ratio <= factor));
    }

    private Optional<Double> ratio(Cell cell, String ours, String theirs, ToDoubleFunction<Figures> figure) {
        return figure(ours, cell, figure)
                .flatMap(mine ->
                        figure(theirs, cell, figure).filter(other -> other > 0).map(other -> mine / other));
    }

    private void memory() {
        Map<String, Long> peaks = results.memory().getOrDefault("cleave", Map.of());
        long stores = peaks.entrySet().stream()
                .filter(each -> each.getKey().startsWith("store"))
                .mapToLong(Map.Entry::getValue)
                .sum();
        if (stores > 0) {
            line("peak memory of the three stores", "at most 1536 MiB", stores, "MiB", stores <= 1_536);
        }
    }

    private void line(String name, String wanted, double figure, String unit, boolean isMet) {
        lines.add(words(name, wanted, figure, unit, isMet));
    }

    static String words(String name, String wanted, double figure, String unit, boolean isMet) {
        return String.format(
                Locale.ROOT, "%-7s  %-40s  %-32s  %.2f %s", isMet ? "met" : "NOT MET", name, wanted, figure, unit);
    }
}
