package dev.cleave.placement.ctl.command;

import dev.cleave.region.protocol.KvCommand;
import org.jspecify.annotations.Nullable;

/**
 * One line of an import; a problem means that there is no pair.
 *
 * @param number of the line in its file, from 1
 */
record PairLine(
        long number, byte[] key, byte[] value, @Nullable String problem) {
    private static final byte[] NONE = {};

    static PairLine bad(long number, String problem) {
        return new PairLine(number, NONE, NONE, problem);
    }

    /** A pair, or a bad line if it may not be stored. */
    static PairLine of(long number, byte[] key, byte[] value) {
        if (key.length == 0) {
            return bad(number, "empty key");
        }
        if (key.length > KvCommand.KEY_BYTES_MAX) {
            return bad(number, "key of " + key.length + " bytes, at most " + KvCommand.KEY_BYTES_MAX + " are allowed");
        }
        if (value.length > KvCommand.VALUE_BYTES_MAX) {
            return bad(
                    number,
                    "value of " + value.length + " bytes, at most " + KvCommand.VALUE_BYTES_MAX + " are allowed");
        }
        return new PairLine(number, key, value, null);
    }

    long bytes() {
        return (long) key.length + value.length;
    }
}
