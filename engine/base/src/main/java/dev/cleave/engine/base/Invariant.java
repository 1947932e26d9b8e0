package dev.cleave.engine.base;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Promises of our own: cheap to check, always on, fatal when broken. */
public final class Invariant {
    private Invariant() {}

    public static void check(boolean condition, String whatShouldHold) {
        if (!condition) {
            throw new Broken(whatShouldHold);
        }
    }

    public static void check(boolean condition, String whatShouldHold, long value) {
        if (!condition) {
            throw new Broken(whatShouldHold + " [" + value + "]");
        }
    }

    public static void check(boolean condition, String whatShouldHold, long first, long second) {
        if (!condition) {
            throw new Broken(whatShouldHold + " [" + first + ", " + second + "]");
        }
    }

    public static void check(boolean condition, String whatShouldHold, Object... values) {
        if (!condition) {
            throw new Broken(whatShouldHold + " " + Arrays.toString(values));
        }
    }

    /** The value, which should be there. */
    public static <T> T present(@Nullable T value, String whatShouldHold) {
        if (value == null) {
            throw new Broken(whatShouldHold);
        }
        return value;
    }

    /** A broken invariant: the owner of the broken state must stop, not carry on. */
    public static final class Broken extends AssertionError {
        private static final long serialVersionUID = 1L;

        Broken(String whatShouldHold) {
            super("should hold: " + whatShouldHold);
        }
    }
}
