package dev.cleave.bench.compare;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Which curves are asked for. */
record CurveOptions(double seconds, long keysMax, List<String> only, Path out, Path plots) {
    static final String USAGE = """
            compare curves [--seconds 2] [--keys 10000000] [--only in-flight,regions,idle,keys] [--out DIR] [--plots DIR]
              how rate, p99 and CPU per operation change: with operations in flight and the size of values (3 minutes), with busy Regions (6), with idle ones up to 5,000 (4), with the number of keys up
              to that many (6; some GB of disk meanwhile); what should stay flat is judged
              the text goes to DIR/DATE-curves.txt (default bench/results), the plots to docs/performance""";

    static final List<String> ALL = List.of("in-flight", "regions", "idle", "keys");

    CurveOptions {
        if (!ALL.containsAll(only)) {
            throw new IllegalArgumentException("the curves are " + ALL + ", not " + only);
        }
        if (seconds <= 0 || keysMax < Compare.KEYS) {
            throw new IllegalArgumentException(
                    "a stretch takes some time, and there are " + Compare.KEYS + " keys or more");
        }
    }

    static CurveOptions parse(String... arguments) {
        Map<String, String> said = Usage.words(
                Map.of(
                        "--seconds", "2",
                        "--keys", "10000000",
                        "--only", String.join(",", ALL),
                        "--out", "bench/results",
                        "--plots", "docs/performance"),
                arguments);
        return new CurveOptions(
                Double.parseDouble(said.getOrDefault("--seconds", "")),
                Long.parseLong(said.getOrDefault("--keys", "")),
                List.of(said.getOrDefault("--only", "").split(",")),
                Path.of(said.getOrDefault("--out", "")),
                Path.of(said.getOrDefault("--plots", "")));
    }

    /** What is not all of it has a name of its own. */
    String name() {
        return only.equals(ALL) ? "curves" : "curves-" + String.join("-", only);
    }
}
