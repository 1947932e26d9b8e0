package dev.cleave.tests.mutants;

import java.util.List;

/**
 * One rule of the production code broken on purpose.
 *
 * @param rule what holds in the code as it is; with its number where it is one of the numbered rules of consensus
 * @param wrong what the mutant does instead
 * @param seedsMax it must be caught by one of the seeds {@code 1..seedsMax}; 0: it is open, nobody has seen it caught yet
 * @param seconds virtual seconds of trouble in each seed
 * @param scenario what kinds of trouble there are, as {@code bin/simulate --scenario} names them
 */
public record Mutant(
        String name, String rule, String wrong, int seedsMax, int seconds, String scenario, List<Edit> edits) {
    /** The scenario with everything in it. */
    static final String ALL = "all";

    public Mutant {
        edits = List.copyOf(edits);
        if (name.isEmpty() || rule.isEmpty() || wrong.isEmpty() || edits.isEmpty() || seedsMax < 0 || seconds <= 0) {
            throw new IllegalArgumentException("mutant '" + name + "' lacks a name, a rule, what it does, or an edit");
        }
    }

    /** How the seeds that are to catch it are run, for people. */
    public String conditions() {
        return scenario.equals(ALL) ? "" : " of `" + scenario + "`";
    }

    /** Whether it is yet to be shown that the simulator catches it. */
    public boolean isOpen() {
        return seedsMax == 0;
    }

    /**
     * A change of one source file.
     *
     * @param path relative to the root of the source tree
     * @param before text that stands exactly once in the file
     */
    public record Edit(String path, String before, String after) {
        public Edit {
            if (path.isEmpty() || before.isEmpty() || before.equals(after)) {
                throw new IllegalArgumentException("an edit of '" + path + "' changes nothing");
            }
        }
    }
}
