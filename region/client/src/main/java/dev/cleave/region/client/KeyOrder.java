package dev.cleave.region.client;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.protocol.KvCommand;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Questions about the order of keys. */
final class KeyOrder {
    private static final Key HIGHEST = Key.own(filled(new byte[KvCommand.KEY_BYTES_MAX], 0));

    private KeyOrder() {}

    /** The place of the first item of a sorted list whose key lies at or behind the end of {@code range}. */
    static <T> int firstOutside(List<T> sorted, Function<T, Key> keyOf, KeyRange range) {
        if (!range.hasEnd()) {
            return sorted.size();
        }
        int low = 0;
        int high = sorted.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (keyOf.apply(sorted.get(middle)).compareTo(range.endExclusive()) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The highest key of allowed length below {@code endExclusive}, where an empty one means "no end". */
    static Key highestBelow(Key endExclusive) {
        if (endExclusive.isEmpty()) {
            return HIGHEST;
        }
        byte[] end = endExclusive.bytes();
        int last = end.length - 1;
        if (end[last] == 0) {
            return Key.own(Arrays.copyOf(end, last));
        }
        byte[] below = Arrays.copyOf(end, Math.max(end.length, KvCommand.KEY_BYTES_MAX));
        below[last]--;
        return Key.own(filled(below, last + 1));
    }

    /** What two overlapping ranges share. */
    static KeyRange shared(KeyRange one, KeyRange other) {
        Key start = one.startInclusive().compareTo(other.startInclusive()) >= 0
                ? one.startInclusive()
                : other.startInclusive();
        return KeyRange.of(start, lowerEnd(one, other));
    }

    private static Key lowerEnd(KeyRange one, KeyRange other) {
        if (!one.hasEnd()) {
            return other.endExclusive();
        }
        boolean isOneLower = !other.hasEnd() || one.endExclusive().compareTo(other.endExclusive()) <= 0;
        return isOneLower ? one.endExclusive() : other.endExclusive();
    }

    private static byte[] filled(byte[] bytes, int from) {
        Arrays.fill(bytes, from, bytes.length, (byte) 0xFF);
        return bytes;
    }
}
