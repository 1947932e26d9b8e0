package dev.cleave.region.client;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import java.util.Arrays;

/**
 * What to scan. Each page of one region is a snapshot; pages and regions are not mutually atomic.
 *
 * @param range the keys wanted, half-open
 * @param limit the most rows, positive
 * @param isReverse whether the highest keys come first
 * @param isKeysOnly whether values are left out (and come as empty ones)
 */
public record ScanRequest(KeyRange range, int limit, boolean isReverse, boolean isKeysOnly) {
    /** All rows of {@code range}, in order. */
    public static ScanRequest of(KeyRange range) {
        return new ScanRequest(range, Integer.MAX_VALUE, false, false);
    }

    /** All rows of {@code [startInclusive, endExclusive)}; an empty text means no bound. */
    public static ScanRequest of(String startInclusive, String endExclusive) {
        return of(KeyRange.of(Key.utf8(startInclusive), Key.utf8(endExclusive)));
    }

    /** All rows whose key starts with {@code prefix}. */
    public static ScanRequest prefix(Key prefix) {
        return of(KeyRange.of(prefix, afterPrefix(prefix)));
    }

    /** As {@link #prefix(Key)}, with the prefix as UTF-8. */
    public static ScanRequest prefix(String prefix) {
        return prefix(Key.utf8(prefix));
    }

    /** The same with at most {@code rows} rows. A limit that is not positive is refused when it is used. */
    public ScanRequest limit(int rows) {
        return new ScanRequest(range, rows, isReverse, isKeysOnly);
    }

    /** The same, highest keys first. */
    public ScanRequest reversed() {
        return new ScanRequest(range, limit, true, isKeysOnly);
    }

    /** The same without values, which come as empty ones. */
    public ScanRequest keysOnly() {
        return new ScanRequest(range, limit, isReverse, true);
    }

    ScanRequest over(KeyRange rest) {
        return new ScanRequest(rest, limit, isReverse, isKeysOnly);
    }

    private static Key afterPrefix(Key prefix) {
        byte[] bytes = prefix.bytes();
        int length = bytes.length;
        while (length > 0 && bytes[length - 1] == (byte) 0xFF) {
            length--;
        }
        if (length == 0) {
            return Key.EMPTY;
        }
        byte[] end = Arrays.copyOf(bytes, length);
        end[length - 1]++;
        return Key.own(end);
    }
}
