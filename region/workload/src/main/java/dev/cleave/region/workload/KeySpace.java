package dev.cleave.region.workload;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;

/** The keys {@code prefix00000000000}, ... in the order of their numbers. */
public record KeySpace(String prefix, long keys) {
    private static final int DIGITS = 11;

    public KeySpace {
        if (keys <= 0 || keys > 99_999_999_999L) {
            throw new IllegalArgumentException("a key space holds 1 to 99999999999 keys, not " + keys);
        }
    }

    public Key key(long number) {
        String digits = Long.toString(number);
        return Key.utf8(prefix + "0".repeat(Math.max(0, DIGITS - digits.length())) + digits);
    }

    /** From the first key to just above the last one. */
    public KeyRange range() {
        return KeyRange.of(key(0), key(keys - 1).next());
    }
}
