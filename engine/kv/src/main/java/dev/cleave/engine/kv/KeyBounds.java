package dev.cleave.engine.kv;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import java.util.Arrays;

/** What both engines demand of keys, and the stand-in for "no end" where RocksDB wants an end. */
final class KeyBounds {
    /** Longest key: twice the longest user key, so that any prefix fits. */
    static final int KEY_BYTES_MAX = 8191;

    /** Longer than any key and all 0xFF: above every key, so a range may end here instead of nowhere. */
    private static final Key ABOVE_ALL = aboveAll();

    private KeyBounds() {}

    static void check(byte[] key) {
        if (key.length > KEY_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a key of " + key.length + " bytes is longer than " + KEY_BYTES_MAX + "; shorten it");
        }
    }

    /** The end of {@code range}, or a key above all keys if it has none. */
    static byte[] end(KeyRange range) {
        return range.hasEnd() ? range.endExclusive().bytes() : ABOVE_ALL.bytes();
    }

    private static Key aboveAll() {
        byte[] bytes = new byte[KEY_BYTES_MAX + 1];
        Arrays.fill(bytes, (byte) 0xFF);
        return Key.own(bytes);
    }
}
