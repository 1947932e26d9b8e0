package dev.cleave.tests.mutants;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the mutants from the text resources beside this class's room, in order:
 *
 * <pre>
 * mutant vote-before-force
 * rule   1, 33: a vote leaves once it is durable
 * wrong  it leaves at once
 * seeds  3                        (it is caught by one of the seeds 1..3; 0: it is open, see {@link Mutant#isOpen})
 * seconds 20                      (optional, 20 if absent)
 * scenario clocks                 (optional, all if absent)
 * file   region/raft/src/main/java/dev/cleave/region/raft/Elections.java
 * - old text, exactly as it stands in the file behind "- ", on one or several lines
 * + new text; nothing if the old text is only taken out
 * </pre>
 *
 * Several {@code -}/{@code +} blocks are several edits, {@code file} changes to another file. Lines that begin with {@code #} and empty lines are for people.
 */
public final class MutantList {
    private static final List<String> ROOMS = List.of("raft", "replica", "store", "log", "client", "placement");
    private static final int SECONDS = 20;

    private MutantList() {}

    /** All mutants there are. */
    public static List<Mutant> all() {
        List<Mutant> all = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String room : ROOMS) {
            for (Mutant mutant : parse(text("/mutants/" + room + ".txt"))) {
                if (!names.add(mutant.name())) {
                    throw new IllegalArgumentException("two mutants are named " + mutant.name());
                }
                all.add(mutant);
            }
        }
        return all;
    }

    private static String text(String resource) {
        try (InputStream in = MutantList.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static List<Mutant> parse(String text) {
        List<Mutant> found = new ArrayList<>();
        Block block = new Block();
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("mutant ")) {
                block.endInto(found);
                block = new Block();
            }
            block.take(line);
        }
        block.endInto(found);
        return found;
    }

    /** One mutant while it is read. */
    private static final class Block {
        private final List<Mutant.Edit> edits = new ArrayList<>();
        private final StringBuilder before = new StringBuilder();
        private final StringBuilder after = new StringBuilder();
        private String name = "";
        private String rule = "";
        private String wrong = "";
        private String path = "";
        private int seeds;
        private int seconds = SECONDS;
        private String scenario = Mutant.ALL;

        void take(String line) {
            if (line.startsWith("- ")) {
                if (!after.isEmpty()) {
                    endEdit();
                }
                append(before, line);
                return;
            }
            if (line.startsWith("+ ")) {
                append(after, line);
                return;
            }
            endEdit();
            if (line.isBlank() || line.startsWith("#")) {
                return;
            }
            String[] parts = line.split("\\s+", 2);
            String value = parts.length == 2 ? parts[1].strip() : "";
            switch (parts[0]) {
                case "mutant" -> name = value;
                case "rule" -> rule = value;
                case "wrong" -> wrong = value;
                case "file" -> path = value;
                case "seeds" -> seeds = Integer.parseInt(value);
                case "scenario" -> scenario = value;
                case "seconds" -> seconds = Integer.parseInt(value);
                default -> throw new IllegalArgumentException("mutant " + name + ": what is '" + line + "'?");
            }
        }

        private static void append(StringBuilder text, String line) {
            text.append(text.isEmpty() ? "" : "\n").append(line, 2, line.length());
        }

        private void endEdit() {
            if (!before.isEmpty()) {
                edits.add(new Mutant.Edit(path, before.toString(), after.toString()));
                before.setLength(0);
                after.setLength(0);
            }
        }

        void endInto(List<Mutant> found) {
            endEdit();
            if (!name.isEmpty()) {
                found.add(new Mutant(name, rule, wrong, seeds, seconds, scenario, edits));
            }
        }
    }
}
