package dev.cleave.placement.ctl.launch.config;

import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import dev.cleave.placement.ctl.output.NearMatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;

/** A TOML file with the settings of a server. Every mistake in it is told with its place. */
final class ConfigFile {
    private final Path file;
    private final Server server;
    private final List<String> mistakes;

    private ConfigFile(Path file, Server server, List<String> mistakes) {
        this.file = file;
        this.server = server;
        this.mistakes = mistakes;
    }

    /**
     * Reads {@code file}: gives each setting in it, as text, with its place as FILE:LINE:COLUMN.
     *
     * @param mistakes takes what is wrong with it
     * @throws CommandFailure if it cannot be read at all
     */
    static Map<String, Settings.Given> read(Path file, Server server, List<String> mistakes) {
        return new ConfigFile(file, server, mistakes).read();
    }

    private Map<String, Settings.Given> read() {
        Map<String, Settings.Given> given = new TreeMap<>();
        TomlParseResult toml = parse();
        toml.errors().forEach(error -> mistakes.add(place(error.position()) + " error: " + error.getMessage()));
        for (String key : toml.dottedKeySet()) {
            String place = place(toml.inputPositionOf(key));
            server.setting(key)
                    .ifPresentOrElse(
                            setting -> take(
                                    setting,
                                    toml.get(key),
                                    place,
                                    (text, from) -> given.put(key, new Settings.Given(text, from))),
                            () -> mistakes.add(place + " error: unknown key " + key + hint(server, key)));
        }
        return given;
    }

    static String hint(Server server, String name) {
        return NearMatch.hint(
                name, server.settings().stream().map(Setting::name).collect(Collectors.toCollection(TreeSet::new)));
    }

    private TomlParseResult parse() {
        try {
            return Toml.parse(Files.readString(file));
        } catch (IOException broken) {
            String why = Files.exists(file) ? "cannot be read: " + broken.getMessage() : "does not exist";
            throw new CommandFailure(ExitCode.USAGE, "--config: " + file + " " + why);
        }
    }

    private void take(Setting<?> setting, @Nullable Object value, String place, BiConsumer<String, String> given) {
        Form.Toml toml = setting.form().toml();
        boolean isUnquoted = toml == Form.Toml.BOOLEAN && value instanceof Boolean
                || toml == Form.Toml.NUMBER && value instanceof Long;
        if (value instanceof String text) {
            given.accept(text, place);
        } else if (isUnquoted) {
            given.accept(String.valueOf(value), place);
        } else if (toml == Form.Toml.TEXTS && value instanceof TomlArray array && isTexts(array)) {
            given.accept(array.toList().stream().map(String::valueOf).collect(Collectors.joining(",")), place);
        } else {
            mistakes.add(place + " error: " + setting.name() + " must be " + toml.words());
        }
    }

    private static boolean isTexts(TomlArray array) {
        return array.toList().stream().allMatch(String.class::isInstance);
    }

    private String place(@Nullable TomlPosition position) {
        return position == null ? file.toString() : file + ":" + position.line() + ":" + position.column();
    }
}
