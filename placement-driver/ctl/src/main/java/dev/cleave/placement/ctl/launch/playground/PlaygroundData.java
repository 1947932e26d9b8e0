package dev.cleave.placement.ctl.launch.playground;

import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The data directory of a playground: its own and nobody else's; it goes at the end if it is ephemeral. */
final class PlaygroundData implements AutoCloseable {
    private static final Path DEFAULT = Path.of("playground-data");

    private final Path directory;
    private final boolean isKept;

    private PlaygroundData(Path directory, boolean isKept) {
        this.directory = directory;
        this.isKept = isKept;
    }

    /**
     * Makes the directory, or goes on with one that an earlier playground has made.
     *
     * @throws CommandFailure if it holds anything else, or cannot be used
     */
    static PlaygroundData take(PlaygroundOptions options) {
        try {
            if (options.isEphemeral() && options.data().isEmpty()) {
                return new PlaygroundData(Files.createTempDirectory("cleave-playground-"), false);
            }
            Path directory = options.data().orElse(DEFAULT).toAbsolutePath().normalize();
            if (Files.exists(directory) && !Files.isDirectory(directory)) {
                throw new CommandFailure(ExitCode.FAILED, "--data " + directory + " is not a directory; name another");
            }
            Files.createDirectories(directory);
            checkContent(directory, options.isEphemeral());
            return new PlaygroundData(directory, !options.isEphemeral());
        } catch (IOException broken) {
            throw new CommandFailure(ExitCode.FAILED, "the data directory cannot be used: " + broken);
        }
    }

    private static void checkContent(Path directory, boolean isEphemeral) throws IOException {
        try (Stream<Path> content = Files.list(directory)) {
            boolean isEmpty = content.findAny().isEmpty();
            if (!isEmpty && isEphemeral) {
                throw new CommandFailure(
                        ExitCode.FAILED,
                        "--ephemeral discards its data, but " + directory + " is not empty; name another directory");
            }
            if (!isEmpty && !Ports.areSavedIn(directory)) {
                throw new CommandFailure(
                        ExitCode.FAILED,
                        directory + " holds something else than a playground; name another with --data");
            }
        }
    }

    Path directory() {
        return directory;
    }

    boolean isKept() {
        return isKept;
    }

    @Override
    public void close() {
        if (isKept) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        } catch (IOException broken) {
            throw new CommandFailure(ExitCode.FAILED, directory + " could not be removed: " + broken);
        }
    }
}
