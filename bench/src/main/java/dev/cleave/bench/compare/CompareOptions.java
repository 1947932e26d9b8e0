package dev.cleave.bench.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the comparison was asked for. */
record CompareOptions(
        List<Subject> subjects,
        List<String> kinds,
        List<Integer> inFlight,
        double seconds,
        double warmUpSeconds,
        int passes,
        long memoryMebibytes,
        Path out,
        String label) {
    static final String USAGE = """
            compare [--subjects A,B,...] [--kinds put,get,scan,put-1024] [--in-flight N,...] [--seconds 2.5] [--warm-up 90] [--passes 3] [--memory MIB] [--out DIR] [--label NAME]
              without options: all there is, in as many blocks as must be for want of memory; about fifty minutes with 24 GiB
              a subject is PEER[-REGIONS][-index|-lease][-plain]; peers: cleave, rheakv, ratis, etcd, redis, echo, forced
              each is asked for what can differ: -index and -lease for gets, -plain and several Regions for puts and gets, the first of each peer for everything
              --memory: what all servers and drivers of a block may take together (default: most of what is free now); a block holds all that is set against each other
              results go to DIR/DATE-NAME.txt and .json (default bench/results; compare, or part if not everything is measured), the table of a run named compare into docs/performance.md too""";

    /** Runs of this name are what the documentation shows. */
    static final String CUSTOMARY_LABEL = "compare";

    private static final List<String> PARTIAL = List.of("--subjects", "--kinds", "--in-flight");

    private static final String SUBJECTS =
            "cleave,cleave-plain,cleave-index,cleave-8,cleave-64,rheakv,rheakv-plain,rheakv-lease,rheakv-8,ratis,etcd,redis,echo,forced";

    static CompareOptions parse(String... arguments) {
        Map<String, String> said = Usage.words(
                Map.of(
                        "--subjects", SUBJECTS,
                        "--kinds", "put,get,scan,put-1024",
                        "--in-flight", "",
                        "--seconds", "2.5",
                        "--warm-up", "90",
                        "--passes", "3",
                        "--memory", "0",
                        "--out", "bench/results",
                        "--label", CUSTOMARY_LABEL),
                arguments);
        Set<String> given = new HashSet<>(List.of(arguments));
        if (!given.contains("--label") && PARTIAL.stream().anyMatch(given::contains)) {
            said.put("--label", "part");
        }
        return new CompareOptions(
                words(said, "--subjects").stream().map(Subject::parse).toList(),
                words(said, "--kinds"),
                words(said, "--in-flight").stream().map(Integer::valueOf).toList(),
                number(said, "--seconds"),
                number(said, "--warm-up"),
                (int) number(said, "--passes"),
                (long) number(said, "--memory"),
                Path.of(word(said, "--out")),
                word(said, "--label"));
    }

    private static String word(Map<String, String> said, String name) {
        return said.getOrDefault(name, "");
    }

    private static double number(Map<String, String> said, String name) {
        return Double.parseDouble(word(said, name));
    }

    private static List<String> words(Map<String, String> said, String name) {
        return word(said, name).isEmpty() ? List.of() : List.of(word(said, name).split(","));
    }

    /** All cells, in the order in which each pass goes through them. */
    List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        kinds.forEach(kind -> cells.addAll(Cell.of(kind, inFlight)));
        return cells;
    }

    /** Those of them that are asked of a subject. */
    List<Cell> cells(Subject subject) {
        Peer peer = Peers.named(subject.peer());
        return cells().stream()
                .filter(cell -> subject.isWorth(cell) && peer.can(cell.mix()))
                .toList();
    }

    /** What is asked of a subject in any of its cells. */
    List<String> mixes(Subject subject) {
        return cells(subject).stream().map(Cell::mix).distinct().toList();
    }
}
