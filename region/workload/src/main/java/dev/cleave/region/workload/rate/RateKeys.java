package dev.cleave.region.workload.rate;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import dev.cleave.region.workload.KeyChooser;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** The keys of a load, numbered from 0, 18 bytes each, and which of them is asked for next. New ones come at the end. Any thread may ask. */
public final class RateKeys {
    private static final byte[] PREFIX = "bench-".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGITS = 12;
    private static final double CUSTOMARY_SKEW = 0.99;

    /** How numbers are chosen. */
    public enum Order {
        UNIFORM,
        /** Few keys, strewn over the space, are asked for most; skew 0.99. */
        ZIPFIAN,
        /** The younger a key, the more it is asked for. */
        LATEST,
        /** One after the other, from the first on again after the last. */
        SEQUENTIAL
    }

    private final Order order;
    private final KeyChooser chooser;
    private final long loaded;
    private final AtomicLong count;
    private final AtomicLong turn = new AtomicLong();

    /** @param loaded how many keys are there at the beginning */
    public RateKeys(long loaded, Order order) {
        if (loaded <= 0 || loaded > 99_999_999_999L) {
            throw new IllegalArgumentException("a load has 1 to 99999999999 keys, not " + loaded);
        }
        this.loaded = loaded;
        this.order = order;
        count = new AtomicLong(loaded);
        chooser = order == Order.ZIPFIAN ? KeyChooser.zipfian(loaded, CUSTOMARY_SKEW) : KeyChooser.uniform(loaded);
    }

    /** @throws IllegalArgumentException if there is no such order */
    public static Order order(String name) {
        try {
            return Order.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException(
                    "there is no order " + name + "; there are uniform, zipfian, latest and sequential", unknown);
        }
    }

    public long loaded() {
        return loaded;
    }

    long next(Randomness randomness) {
        return switch (order) {
            case UNIFORM, ZIPFIAN -> chooser.next(randomness);
            case LATEST -> Math.max(0, count.get() - 1 - rank(randomness));
            case SEQUENTIAL -> Math.floorMod(turn.getAndIncrement(), count.get());
        };
    }

    /** 0 most often: uniform in the logarithm, so every tenfold of age is asked for as often as the next. */
    private long rank(Randomness randomness) {
        double unit = (randomness.nextLong() >>> 11) * 0x1.0p-53;
        return (long) Math.expm1(unit * Math.log1p(loaded - 1));
    }

    long inserted() {
        return count.getAndIncrement();
    }

    /** The key of a number. */
    public static Key key(long number) {
        byte[] bytes = new byte[PREFIX.length + DIGITS];
        System.arraycopy(PREFIX, 0, bytes, 0, PREFIX.length);
        long left = number;
        for (int i = bytes.length - 1; i >= PREFIX.length; i--) {
            bytes[i] = (byte) ('0' + left % 10);
            left /= 10;
        }
        return Key.own(bytes);
    }
}
