package dev.cleave.placement.ctl.launch;

import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;

/**
 * A TOML file whose keys are the long options of a server without their dashes. Every mistake in it is told with its place, all of them at
 * once, before anything starts.
 */
final class ConfigFile {
    private final Map<String, Entry> entries = new TreeMap<>();
    private final List<String> mistakes = new ArrayList<>();
    private final Path file;

    /**
     * A setting and where it stands.
     *
     * @param place FILE:LINE:COLUMN
     */
    record Entry(String value, String place) {}

    private ConfigFile(Path file) {
        this.file = file;
    }

    /**
     * Reads {@code file}, in which only {@code known} keys may stand.
     *
     * @throws CommandFailure if it cannot be read or is wrong anywhere
     */
    static Map<String, Entry> read(Path file, Set<String> known) {
        ConfigFile config = new ConfigFile(file);
        config.parse(known);
        if (!config.mistakes.isEmpty()) {
            throw new CommandFailure(ExitCode.USAGE, String.join("\n", config.mistakes));
        }
        return config.entries;
    }

    private void parse(Set<String> known) {
        TomlParseResult toml;
        try {
            toml = Toml.parse(Files.readString(file));
        } catch (IOException broken) {
            String why = Files.exists(file) ? "cannot be read: " + broken.getMessage() : "does not exist";
            throw new CommandFailure(ExitCode.USAGE, "--config: " + file + " " + why);
        }
        toml.errors().forEach(error -> mistakes.add(place(error.position()) + " error: " + error.getMessage()));
        for (String key : toml.dottedKeySet()) {
            String place = place(toml.inputPositionOf(key));
            if (known.contains(key)) {
                take(key, toml.get(key), place);
            } else {
                mistakes.add(place + " error: unknown key " + key + NearMatch.hint(key, known));
            }
        }
    }

    private void take(String key, @Nullable Object value, String place) {
        if (value instanceof String text) {
            entries.put(key, new Entry(text, place));
        } else if (value instanceof TomlArray array && array.toList().stream().allMatch(String.class::isInstance)) {
            String list =
                    IntStream.range(0, array.size()).mapToObj(array::getString).collect(Collectors.joining(","));
            entries.put(key, new Entry(list, place));
        } else {
            mistakes.add(place + " error: " + key + " must be a text in quotes");
        }
    }

    private String place(@Nullable TomlPosition position) {
        return position == null ? file.toString() : file + ":" + position.line() + ":" + position.column();
    }
}
