package dev.cleave.region.workload;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvResult;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.stream.LongStream;

/**
 * Keys and values computed from their numbers, so that any amount of data can be loaded and compared again without keeping it.
 * Values are printable: a head that names the number, then letters drawn from seed and number (they do not compress to nothing).
 */
public record Dataset(KeySpace keySpace, int valueBytes, long seed) {
    private static final byte[] LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".getBytes(StandardCharsets.US_ASCII);

    public Dataset {
        if (valueBytes < 0) {
            throw new IllegalArgumentException("a value cannot have " + valueBytes + " bytes");
        }
    }

    public long size() {
        return keySpace.keys();
    }

    public Key key(long number) {
        return keySpace.key(number);
    }

    public Value value(long number) {
        byte[] bytes = new byte[valueBytes];
        byte[] head = (number + ":").getBytes(StandardCharsets.US_ASCII);
        int headBytes = Math.min(head.length, valueBytes);
        System.arraycopy(head, 0, bytes, 0, headBytes);
        Randomness letters = Randomness.seeded(seed ^ number * 0x9E3779B97F4A7C15L);
        long bits = 0;
        for (int i = headBytes; i < valueBytes; i++) {
            bits = (i - headBytes) % 10 == 0 ? letters.nextLong() : bits >>> 6;
            bytes[i] = LETTERS[(int) (bits & 63)];
        }
        return Value.own(bytes);
    }

    /** All pairs in the order of their keys. */
    public Iterator<KvResult.Pair> pairs() {
        return LongStream.range(0, size())
                .mapToObj(number -> new KvResult.Pair(key(number), value(number)))
                .iterator();
    }
}
