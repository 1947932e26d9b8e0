package dev.cleave.placement.ctl.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How far an import of a file has certainly come, kept beside it as {@code FILE.import-resume} until the import has ended. It counts only for the
 * very same file: its size and time stand in it.
 */
final class ResumePoint {
    private final Path file;
    private final Path point;

    private ResumePoint(Path file, Path point) {
        this.file = file;
        this.point = point;
    }

    /** Of standard input nothing is kept. */
    static ResumePoint of(String file) {
        return new ResumePoint(Path.of(file), Path.of(file + ".import-resume"));
    }

    /** The last line that is certainly written; 0 if nothing is known. */
    long line() throws IOException {
        if (!Files.isRegularFile(file) || !Files.isRegularFile(point)) {
            return 0;
        }
        List<String> content = Files.readAllLines(point);
        boolean isOfThis = content.size() == 2 && content.get(0).equals(stamp());
        return isOfThis && content.get(1).matches("[0-9]{1,18}") ? Long.parseLong(content.get(1)) : 0;
    }

    /** An import goes on without it: at worst lines are written again. */
    void keep(long line) {
        try {
            if (line > 0 && Files.isRegularFile(file)) {
                Files.writeString(point, stamp() + "\n" + line + "\n");
            }
        } catch (IOException readOnly) {
            throw new CommandFailure(
                    ExitCode.FAILED, "cannot keep how far it is in " + point + ": " + readOnly.getMessage());
        }
    }

    void forget() throws IOException {
        Files.deleteIfExists(point);
    }

    private String stamp() throws IOException {
        return Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis();
    }
}
