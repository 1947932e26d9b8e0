package dev.cleave.placement.ctl.launch.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a person may set on a server.
 *
 * @param name as in a file, and after two dashes as a flag
 * @param byDefault as text; null if there is none
 * @param isRequired whether it must be given
 * @param example what an example file says, as text; null for the default
 * @param isOnline whether a running server takes a change; all others are read at its start
 * @param meaning what it does, in a sentence or two
 */
public record Setting<T>(
        String name,
        Form<T> form,
        @Nullable String byDefault,
        boolean isRequired,
        @Nullable String example,
        boolean isOnline,
        String meaning) {

    static <T> Setting<T> of(String name, Form<T> form, T byDefault, String meaning) {
        return new Setting<>(name, form, form.write().apply(byDefault), false, null, false, meaning);
    }

    static <T> Setting<T> required(String name, Form<T> form, String example, String meaning) {
        return new Setting<>(name, form, null, true, example, false, meaning);
    }

    static <T> Setting<T> optional(String name, Form<T> form, String example, String meaning) {
        return new Setting<>(name, form, null, false, example, false, meaning);
    }

    /** The environment variable that sets it on servers with this prefix. */
    String variable(String prefix) {
        return prefix + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** As a line of a TOML file. */
    String line(String text) {
        return name + " = " + (form.isQuoted() ? "\"" + text + "\"" : text);
    }
}
