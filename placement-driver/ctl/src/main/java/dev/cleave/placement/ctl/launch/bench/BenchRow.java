package dev.cleave.placement.ctl.launch.bench;

import dev.cleave.placement.ctl.output.Cell;
import dev.cleave.placement.ctl.output.Column;
import dev.cleave.region.workload.rate.RateResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One line of a benchmark's answer.
 *
 * @param serverNanos CPU time of the servers that could be looked into; 0 if there are none
 * @param clientNanos CPU time of this process
 * @param clientBytes what this process has allocated meanwhile
 * @param servers how many could be looked into
 */
public record BenchRow(
        String mix,
        int inFlight,
        double perSecondAsked,
        RateResult result,
        long serverNanos,
        long clientNanos,
        long clientBytes,
        int servers) {
    public static final List<Column<BenchRow>> COLUMNS = List.of(
            Column.of("MIX", BenchRow::mix),
            Column.of("IN FLIGHT", BenchRow::inFlight),
            Column.of("PER SECOND", row -> whole(row.result.perSecond())),
            Column.of("P50 US", row -> whole(row.result.micros(50))),
            Column.of("P90 US", row -> whole(row.result.micros(90))),
            Column.of("P99 US", row -> whole(row.result.micros(99))),
            Column.of("P999 US", row -> whole(row.result.micros(99.9))),
            Column.of("MAX US", row -> whole(row.result.micros(100))),
            Column.of("FAILED", row -> row.result.failed()),
            Column.of("SERVER US", row -> row.servers == 0 ? "–" : tenth(row.perOperation(row.serverNanos / 1e3))),
            Column.of("CLIENT US", row -> tenth(row.perOperation(row.clientNanos / 1e3))),
            Column.of("CLIENT B", row -> whole(row.perOperation(row.clientBytes))),
            Column.wide("SERVERS SEEN", BenchRow::servers),
            Column.wide("SECONDS", row -> tenth(row.result.nanos() / 1e9)));

    private static Cell whole(double number) {
        return new Cell(String.format(Locale.ROOT, "%,.0f", number), (double) Math.round(number));
    }

    private static Cell tenth(double number) {
        return new Cell(String.format(Locale.ROOT, "%.1f", number), Math.round(number * 10) / 10.0);
    }

    /** For whoever waits. */
    public String inWords() {
        return String.format(
                Locale.ROOT,
                "%s, %d in flight: %,.0f/s, p50 %,.0f µs, p99 %,.0f µs",
                mix,
                inFlight,
                result.perSecond(),
                result.micros(50),
                result.micros(99));
    }

    private double perOperation(double amount) {
        return result.succeeded() == 0 ? 0 : amount / result.succeeded();
    }

    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("mix", mix);
        json.put("inFlight", inFlight);
        json.put("perSecondAsked", perSecondAsked);
        json.put("seconds", result.nanos() / 1e9);
        json.put("succeeded", result.succeeded());
        json.put("failed", result.failed());
        json.put("problem", result.problem());
        json.put("perSecond", result.perSecond());
        json.put("p50Micros", result.micros(50));
        json.put("p90Micros", result.micros(90));
        json.put("p99Micros", result.micros(99));
        json.put("p999Micros", result.micros(99.9));
        json.put("maxMicros", result.micros(100));
        json.put("serverMicrosPerOperation", perOperation(serverNanos / 1e3));
        json.put("clientMicrosPerOperation", perOperation(clientNanos / 1e3));
        json.put("clientBytesPerOperation", perOperation(clientBytes));
        json.put("serversLookedInto", servers);
        return json;
    }
}
