package dev.cleave.bench.compare;

import dev.cleave.region.workload.rate.RateResult;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What one cell of one subject came to.
 *
 * @param serverMicros CPU time of all servers together, per operation
 * @param clientMicros CPU time of the process that puts the load, per operation
 * @param problem what the last that failed said, empty if none did
 */
record Figures(
        double perSecond,
        double p50Micros,
        double p99Micros,
        double p999Micros,
        double maxMicros,
        double serverMicros,
        double clientMicros,
        long failed,
        String problem) {

    static Figures of(RateResult result, long serverNanos, long clientNanos, String trouble) {
        double operations = Math.max(1, result.succeeded());
        return new Figures(
                result.perSecond(),
                result.micros(50),
                result.micros(99),
                result.micros(99.9),
                result.micros(100),
                serverNanos / 1e3 / operations,
                clientNanos / 1e3 / operations,
                result.failed(),
                (trouble + result.problem()).replaceAll("\\s+", " "));
    }

    /** What a driver answers. */
    String line() {
        return String.format(
                Locale.ROOT,
                "ok %.3f %.3f %.3f %.3f %.3f %.3f %.3f %d %s",
                perSecond,
                p50Micros,
                p99Micros,
                p999Micros,
                maxMicros,
                serverMicros,
                clientMicros,
                failed,
                problem);
    }

    static Figures parse(String line) {
        String[] words = line.split(" ", 10);
        if (!words[0].equals("ok")) {
            throw new IllegalStateException("the driver says: " + line);
        }
        double[] numbers =
                Arrays.stream(words, 1, 8).mapToDouble(Double::parseDouble).toArray();
        return new Figures(
                numbers[0],
                numbers[1],
                numbers[2],
                numbers[3],
                numbers[4],
                numbers[5],
                numbers[6],
                Long.parseLong(words[8]),
                words.length > 9 ? words[9] : "");
    }

    /** Each figure's median over the passes; failures are added up. */
    static Figures median(List<Figures> passes) {
        return new Figures(
                median(passes, Figures::perSecond),
                median(passes, Figures::p50Micros),
                median(passes, Figures::p99Micros),
                median(passes, Figures::p999Micros),
                median(passes, Figures::maxMicros),
                median(passes, Figures::serverMicros),
                median(passes, Figures::clientMicros),
                passes.stream().mapToLong(Figures::failed).sum(),
                passes.stream()
                        .map(Figures::problem)
                        .filter(each -> !each.isEmpty())
                        .findFirst()
                        .orElse(""));
    }

    private static double median(List<Figures> passes, ToDoubleFunction<Figures> figure) {
        double[] sorted = passes.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
