package dev.cleave.placement.ctl.output;

import java.util.Locale;
import java.util.function.Function;

/**
 * A column of a listing.
 *
 * @param name as people see it, in capitals
 * @param isWide whether it is left out of the narrow table
 * @param cell what stands in it
 */
public record Column<T>(String name, boolean isWide, Function<T, Cell> cell) {
    public static <T> Column<T> of(String name, Function<T, ?> value) {
        return new Column<>(name, false, item -> Cell.of(value.apply(item)));
    }

    /** One that only wide tables and CSV have. */
    public static <T> Column<T> wide(String name, Function<T, ?> value) {
        return new Column<>(name, true, item -> Cell.of(value.apply(item)));
    }

    /** Its name where programs read it, and in {@code --sort} and {@code --columns}. */
    String key() {
        return name.toLowerCase(Locale.ROOT).replace(' ', '-');
    }
}
