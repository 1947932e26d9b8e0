package dev.cleave.placement.ctl.output;

import java.util.Locale;

/**
 * One value of a listing.
 *
 * @param shown for people
 * @param raw for programs and for sorting: a number, or a text
 */
public record Cell(String shown, Comparable<?> raw) implements Comparable<Cell> {
    static Cell of(Object value) {
        if (value instanceof Cell cell) {
            return cell;
        }
        return value instanceof Number number
                ? new Cell(String.valueOf(number), number.doubleValue())
                : new Cell(String.valueOf(value), String.valueOf(value));
    }

    /** An amount of bytes. */
    public static Cell bytes(long bytes) {
        return new Cell(Sizes.bytes(bytes), (double) bytes);
    }

    /** A time, in seconds for programs. */
    public static Cell seconds(long millis) {
        return new Cell(String.format(Locale.ROOT, "%.1f s", millis / 1000.0), millis / 1000.0);
    }

    /** As it stands in CSV. */
    String text() {
        if (raw instanceof Double number) {
            return number == Math.rint(number) && Math.abs(number) < 1e15
                    ? Long.toString(number.longValue())
                    : number.toString();
        }
        return raw.toString().equals("–") ? "" : raw.toString();
    }

    /** Numbers before texts. */
    @Override
    public int compareTo(Cell other) {
        if (raw instanceof Double mine && other.raw instanceof Double its) {
            return mine.compareTo(its);
        }
        if (raw instanceof Double || other.raw instanceof Double) {
            return raw instanceof Double ? -1 : 1;
        }
        return raw.toString().compareTo(other.raw.toString());
    }
}
