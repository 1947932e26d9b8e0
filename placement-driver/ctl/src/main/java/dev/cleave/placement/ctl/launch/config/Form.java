package dev.cleave.placement.ctl.launch.config;

import java.util.function.Function;

/**
 * How a setting is written: its type, what it may be, and the way from text and back.
 *
 * @param label what stands for a value in help, such as HOST:PORT
 * @param type the kind of value in one word
 * @param range what it may be, in words; empty if the type says it
 * @param toml which TOML values it may stand as, beside a text in quotes
 * @param parse from text; throws {@link IllegalArgumentException} in words
 * @param write the shortest text that is read as the same value
 */
public record Form<T>(
        String label, String type, String range, Toml toml, Function<String, T> parse, Function<T, String> write) {

    /** A TOML value that needs no quotes. */
    public enum Toml {
        TEXT("a text in quotes"),
        TEXTS("a text in quotes, or a list of them"),
        BOOLEAN("true or false"),
        NUMBER("a whole number");

        private final String words;

        Toml(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /** Whether its text stands in quotes in a file. */
    boolean isQuoted() {
        return toml == Toml.TEXT || toml == Toml.TEXTS;
    }
}
