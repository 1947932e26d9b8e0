package dev.cleave.placement.ctl.launch;

import dev.cleave.engine.wire.Address;
import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import dev.cleave.region.store.StoreMemory;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The settings of a server: defaults, overridden by a file, overridden by flags. A wrong one is told with the place it came from. */
final class Settings {
    private final Map<String, ConfigFile.Entry> entries = new TreeMap<>();

    /**
     * @param defaults all names there are; null for one without a default
     * @param flags as given, null where not
     */
    Settings(Map<String, @Nullable String> defaults, @Nullable Path file, Map<String, @Nullable String> flags) {
        defaults.forEach((name, value) -> put(name, value, "the default of --" + name));
        if (file != null) {
            entries.putAll(ConfigFile.read(file, new TreeSet<>(defaults.keySet())));
        }
        flags.forEach((name, value) -> put(name, value, "--" + name));
    }

    private void put(String name, @Nullable String value, String place) {
        if (value != null) {
            entries.put(name, new ConfigFile.Entry(value, place));
        }
    }

    Path path(String name) {
        return required(name, "DIR", text -> {
            if (text.isBlank()) {
                throw new IllegalArgumentException("an empty text names no directory");
            }
            return Path.of(text);
        });
    }

    Address address(String name) {
        return required(name, "HOST:PORT", Address::parse);
    }

    Optional<Address> optionalAddress(String name) {
        return entries.containsKey(name) ? Optional.of(address(name)) : Optional.empty();
    }

    boolean flag(String name) {
        return required(name, "true|false", text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
        });
    }

    List<Address> addresses(String name) {
        return required(name, "HOST:PORT[,...]", Address::parseList);
    }

    StoreMemory memory(String name) {
        return required(name, "SIZE", StoreMemory::parse);
    }

    /** One of the named choices. */
    <T> T choice(String name, Map<String, T> choices) {
        String names = String.join("|", new TreeSet<>(choices.keySet()));
        return required(name, names, text -> {
            T chosen = choices.get(text);
            if (chosen == null) {
                throw new IllegalArgumentException("'" + text + "' is none of " + names);
            }
            return chosen;
        });
    }

    private <T> T required(String name, String form, Function<String, T> parse) {
        ConfigFile.Entry entry = entries.get(name);
        if (entry == null) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "missing --" + name + " " + form + " (or " + name + " = \"...\" in the file of --config)");
        }
        try {
            return parse.apply(entry.value());
        } catch (InvalidPathException wrong) {
            throw new CommandFailure(ExitCode.USAGE, entry.place() + ": '" + entry.value() + "' is not a path");
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailure(ExitCode.USAGE, entry.place() + ": " + wrong.getMessage());
        }
    }
}
