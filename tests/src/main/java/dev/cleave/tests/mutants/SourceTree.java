package dev.cleave.tests.mutants;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The production sources that the running classes were compiled from. */
public final class SourceTree {
    private final Path root;

    public SourceTree(Path root) {
        if (!Files.isRegularFile(root.resolve("region/raft/pom.xml"))) {
            throw new IllegalArgumentException(
                    root + " is not the root of the source tree; name it with -Dcleave.root=DIR");
        }
        this.root = root;
    }

    /** The files that a mutant changes, as they then are, by path. */
    public Map<String, String> mutated(Mutant mutant) {
        Map<String, String> files = new TreeMap<>();
        for (Mutant.Edit edit : mutant.edits()) {
            String text = files.computeIfAbsent(edit.path(), this::read);
            int at = text.indexOf(edit.before());
            if (at < 0 || text.indexOf(edit.before(), at + 1) >= 0) {
                throw new PatchFailed("mutant " + mutant.name() + " no longer applies: its old text stands "
                        + (at < 0 ? "nowhere" : "more than once") + " in " + edit.path()
                        + "; see where its rule is kept now, and mend its block in tests/src/main/resources/mutants:\n"
                        + edit.before());
            }
            files.put(
                    edit.path(),
                    text.substring(0, at)
                            + edit.after()
                            + text.substring(at + edit.before().length()));
        }
        return files;
    }

    private String read(String path) {
        try {
            return Files.readString(root.resolve(path));
        } catch (IOException gone) {
            throw new UncheckedIOException("a mutant changes " + path + ", which cannot be read", gone);
        }
    }

    /** A mutant's text is not what the source says. */
    public static final class PatchFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PatchFailed(String what) {
            super(what);
        }
    }
}
