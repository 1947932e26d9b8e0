package dev.cleave.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** What Cleave wants to reach beside its peers. Ratios count: they come from the same minutes on the same machine. */
final class Targets {
    private static final int KIND_BYTES = 1_024;
    private static final double ONE_PUT = 1.5;
    private static final double CPU_MICROS = 12;
    private static final double MEMORY_MEBIBYTES = 1_536;

    private final List<Target> targets = new ArrayList<>();

    private Targets() {}

    static List<Target> all() {
        Targets all = new Targets();
        all.onePut();
        for (int inFlight : new int[] {64, 256}) {
            all.puts(inFlight);
        }
        Cell many = cell("put", 256);
        all.atLeast("put, 256 in flight, beside one Redis", many, "cleave", "redis", 1);
        all.cpu(many);
        for (int inFlight : new int[] {64, 256}) {
            Cell get = cell("get", inFlight);
            all.atLeast("get by read index, " + inFlight + " in flight", get, "cleave-index", "rheakv", 2);
            all.atLeast("get by lease, " + inFlight + " in flight", get, "cleave", "rheakv-lease", 1);
        }
        all.atMost("get by lease, one in flight, p50", cell("get", 1), Figures::p50Micros, "echo", 4);
        all.atLeast("scan of 100, 16 in flight", cell("scan", 16), "cleave", "rheakv", 4);
        all.atLeast("put of 1 KiB, 64 in flight", new Cell("put", KIND_BYTES, 64), "cleave", "rheakv", 2);
        for (String mix : new String[] {"put", "get"}) {
            for (int inFlight : new int[] {64, 256}) {
                String name = mix + ", " + inFlight + " in flight, 64 Regions";
                all.atLeast(name, cell(mix, inFlight), "cleave-64", "cleave", 0.6);
            }
        }
        all.memory();
        return all.targets;
    }

    /** Lines for those that a run with these blocks can judge. */
    static List<String> judged(List<Results> blocks) {
        return all().stream().flatMap(target -> target.judged(blocks).stream()).toList();
    }

    /** Beside what nobody who forces and replicates can leave out: one append and force of the same log, a round trip to the leader and one to a follower. */
    private void onePut() {
        Cell put = cell("put", 1);
        ToDoubleFunction<Figures> p50 = Figures::p50Micros;
        Subject forced = Subject.parse("forced");
        Subject echo = Subject.parse("echo");
        Subject cleave = Subject.parse("cleave");
        targets.add(new Target(
                "put, one in flight, p50",
                "at most " + ONE_PUT + " times forced + echo",
                "times",
                List.of(cleave, forced, echo),
                results -> figure(results, cleave, put, p50)
                        .flatMap(mine -> figure(results, forced, put, p50)
                                .flatMap(append ->
                                        figure(results, echo, put, p50).map(trip -> mine / (append + trip)))),
                ratio -> ratio <= ONE_PUT));
    }

    private void puts(int inFlight) {
        Cell put = cell("put", inFlight);
        String name = "put, " + inFlight + " in flight";
        atLeast(name + ", one Region", put, "cleave", "rheakv", 1.8);
        atLeast(name + ", 8 Regions", put, "cleave-8", "rheakv-8", 10);
        atLeast(name + ", neither client gathers", put, "cleave-plain", "rheakv-plain", 1.8);
        atMost(name + ", p99", put, Figures::p99Micros, "rheakv", 0.5);
    }

    private void cpu(Cell cell) {
        Subject cleave = Subject.parse("cleave");
        targets.add(new Target(
                "CPU of all servers per put at 256",
                "at most 12 us",
                "us",
                List.of(cleave),
                results -> figure(results, cleave, cell, Figures::serverMicros),
                micros -> micros <= CPU_MICROS));
    }

    private void memory() {
        targets.add(new Target(
                "peak memory of the three stores",
                "at most 1536 MiB",
                "MiB",
                List.of(Subject.parse("cleave")),
                Targets::storesMebibytes,
                mebibytes -> mebibytes <= MEMORY_MEBIBYTES));
    }

    private static Optional<Double> storesMebibytes(Results results) {
        double stores = results.memory().getOrDefault("cleave", Map.of()).entrySet().stream()
                .filter(each -> each.getKey().startsWith("store"))
                .mapToDouble(Map.Entry::getValue)
                .sum();
        return Optional.of(stores).filter(sum -> sum > 0);
    }

    private void atLeast(String name, Cell cell, String ours, String theirs, double factor) {
        String wanted = "at least " + factor + " times " + theirs;
        List<Subject> both = Stream.of(ours, theirs).map(Subject::parse).toList();
        targets.add(new Target(
                name,
                wanted,
                "times",
                both,
                results -> ratio(results, both, cell, Figures::perSecond),
                ratio -> ratio >= factor));
    }

    private void atMost(String name, Cell cell, ToDoubleFunction<Figures> figure, String theirs, double factor) {
        String wanted = "at most " + factor + " times " + theirs;
        List<Subject> both = Stream.of("cleave", theirs).map(Subject::parse).toList();
        targets.add(new Target(
                name, wanted, "times", both, results -> ratio(results, both, cell, figure), ratio -> ratio <= factor));
    }

    private static Optional<Double> ratio(
            Results results, List<Subject> both, Cell cell, ToDoubleFunction<Figures> figure) {
        return figure(results, both.get(0), cell, figure)
                .flatMap(mine -> figure(results, both.get(1), cell, figure)
                        .filter(other -> other > 0)
                        .map(other -> mine / other));
    }

    private static Optional<Double> figure(
            Results results, Subject subject, Cell cell, ToDoubleFunction<Figures> figure) {
        return results.median(subject, cell).map(figure::applyAsDouble);
    }

    private static Cell cell(String mix, int inFlight) {
        return new Cell(mix, Cell.CUSTOMARY_BYTES, inFlight);
    }
}
