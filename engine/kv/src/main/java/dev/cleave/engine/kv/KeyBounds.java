package dev.cleave.engine.kv;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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

    /** What of {@code range} lies behind {@code key}; null if no key can. */
    static @Nullable KeyRange after(KeyRange range, byte[] key) {
        Key next = Key.own(Arrays.copyOf(key, key.length + 1));
        boolean isEmpty = range.hasEnd() && next.compareTo(range.endExclusive()) >= 0;
        return isEmpty ? null : KeyRange.of(next, range.endExclusive());
    }

    private static Key aboveAll() {
        byte[] bytes = new byte[KEY_BYTES_MAX + 1];
        Arrays.fill(bytes, (byte) 0xFF);
        return Key.own(bytes);
    }
}
