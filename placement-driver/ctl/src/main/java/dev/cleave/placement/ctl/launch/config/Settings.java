package dev.cleave.placement.ctl.launch.config;

import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import dev.cleave.placement.ctl.launch.process.ShownSetting;
import dev.cleave.placement.ctl.output.NearMatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one server: defaults, overridden by a file, overridden by the environment, overridden by flags. All that is wrong is told at
 * once, each mistake with the place it came from, before anything starts.
 */
public final class Settings {
    private static final String DEFAULT = "default";
    /** What Kubernetes tells every container of a service that is called cleave-store or cleave-pd. */
    private static final Pattern SERVICE_LINK =
            Pattern.compile("SERVICE_HOST|SERVICE_PORT(_.*)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_.*)?)?");

    private final Server server;
    private final Map<String, Given> given = new TreeMap<>();
    private final Map<String, Object> values = new TreeMap<>();
    private final List<String> mistakes = new ArrayList<>();

    /**
     * A text and where it came from.
     *
     * @param source FILE:LINE:COLUMN, the name of a variable, a flag, or "default"
     */
    record Given(String text, String source) {}

    private Settings(Server server) {
        this.server = server;
    }

    /**
     * @param environment all variables of the process
     * @param flags as given, null where not
     * @throws CommandFailure that lists all mistakes
     */
    public static Settings of(
            Server server,
            @Nullable Path file,
            Map<String, String> environment,
            Map<String, ? extends @Nullable String> flags) {
        Settings settings = new Settings(server);
        settings.layer(file, environment, flags);
        settings.parse();
        settings.refuseMistakes();
        server.check(settings);
        return settings;
    }

    /**
     * As {@link #of} without flags, and without asking whether all is there that a server needs.
     *
     * @throws CommandFailure that lists all mistakes
     */
    public static Settings preview(Server server, @Nullable Path file, Map<String, String> environment) {
        Settings settings = new Settings(server);
        settings.layer(file, environment, Map.of());
        settings.parseGiven();
        settings.refuseMistakes();
        return settings;
    }

    private void layer(
            @Nullable Path file, Map<String, String> environment, Map<String, ? extends @Nullable String> flags) {
        for (Setting<?> setting : server.settings()) {
            put(setting.name(), setting.byDefault(), DEFAULT);
        }
        if (file != null) {
            given.putAll(ConfigFile.read(file, server, mistakes));
        }
        for (Setting<?> setting : server.settings()) {
            put(setting.name(), environment.get(server.variable(setting)), server.variable(setting));
        }
        refuseUnknown(environment);
        flags.forEach((name, text) -> {
            if (server.setting(name).isEmpty()) {
                mistakes.add("--set: unknown setting " + name + ConfigFile.hint(server, name));
            } else {
                put(name, text, "--" + name);
            }
        });
    }

    /** A variable that begins like the settings of this server and is none of them: whoever set it believes that it does something. */
    private void refuseUnknown(Map<String, String> environment) {
        String prefix = server.prefix();
        Map<String, String> known = new TreeMap<>();
        server.settings()
                .forEach(setting ->
                        known.put(setting.variable(prefix).substring(prefix.length()), server.variable(setting)));
        for (String variable : new TreeSet<>(environment.keySet())) {
            boolean isOurs = variable.startsWith(prefix)
                    && !SERVICE_LINK
                            .matcher(variable.substring(prefix.length()))
                            .matches();
            if (isOurs && !known.containsValue(variable)) {
                String hint = NearMatch.nearest(variable.substring(prefix.length()), known.keySet())
                        .map(near -> "did you mean " + known.get(near) + "?")
                        .orElse("all there are: cleave config example " + server.word());
                mistakes.add(variable + ": unknown setting (" + hint + ")");
            }
        }
    }

    private void put(String name, @Nullable String text, String source) {
        if (text != null) {
            given.put(name, new Given(text, source));
        }
    }

    private void parse() {
        parseGiven();
        for (Setting<?> setting : server.settings()) {
            if (setting.isRequired() && !given.containsKey(setting.name())) {
                mistakes.add(
                        "missing --" + setting.name() + " " + setting.form().label() + " (or " + setting.name()
                                + " = \"...\" in the file of --config, or " + server.variable(setting) + ")");
            }
        }
    }

    private void parseGiven() {
        for (Setting<?> setting : server.settings()) {
            Given text = given.get(setting.name());
            if (text != null) {
                parse(setting, text);
            }
        }
    }

    private void parse(Setting<?> setting, Given from) {
        try {
            values.put(setting.name(), setting.form().parse().apply(from.text()));
        } catch (IllegalArgumentException | ArithmeticException wrong) {
            mistakes.add(told(setting, from, String.valueOf(wrong.getMessage())));
        }
    }

    private static String told(Setting<?> setting, Given from, String what) {
        boolean isFile = from.source().contains(":");
        return isFile ? from.source() + " error: " + setting.name() + ": " + what : from.source() + ": " + what;
    }

    private void refuseMistakes() {
        if (!mistakes.isEmpty()) {
            throw new CommandFailure(ExitCode.USAGE, String.join("\n", mistakes));
        }
    }

    /** A setting that has a value. */
    public <T> T get(Setting<T> setting) {
        return find(setting).orElseThrow(() -> new IllegalStateException(setting.name() + " has no value"));
    }

    @SuppressWarnings("unchecked")
    <T> Optional<T> find(Setting<T> setting) {
        return Optional.ofNullable((T) values.get(setting.name()));
    }

    /** Its text as it was given. */
    String text(Setting<?> setting) {
        Given from = given.get(setting.name());
        return from == null ? "" : from.text();
    }

    /** The failure that tells what is wrong with a setting, and where it came from. */
    CommandFailure wrong(Setting<?> setting, String what) {
        Given from = given.getOrDefault(setting.name(), new Given("", DEFAULT));
        String source = from.source().equals(DEFAULT) ? "the default of --" + setting.name() : from.source();
        return new CommandFailure(ExitCode.USAGE, told(setting, new Given(from.text(), source), what));
    }

    /** All of them, as they are in force. */
    public List<ShownSetting> shown() {
        List<ShownSetting> all = new ArrayList<>();
        for (Setting<?> setting : server.settings()) {
            Given from = given.get(setting.name());
            all.add(new ShownSetting(
                    setting.name(),
                    from == null ? null : from.text(),
                    from == null ? "not set" : from.source(),
                    setting.byDefault()));
        }
        return all;
    }

    /** Flags of their own and those of {@code --set NAME=VALUE} together. */
    public static Map<String, @Nullable String> flags(Map<String, @Nullable String> own, Map<String, String> set) {
        Map<String, @Nullable String> all = new LinkedHashMap<>(own);
        set.forEach((name, value) -> {
            if (own.get(name) != null) {
                throw new CommandFailure(ExitCode.USAGE, "--" + name + " and --set " + name + " are both given");
            }
            all.put(name, value);
        });
        return all;
    }
}
