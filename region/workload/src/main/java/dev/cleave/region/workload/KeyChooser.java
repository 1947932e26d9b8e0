package dev.cleave.region.workload;

import dev.cleave.engine.base.Randomness;

/** Picks the number of the next key, in {@code [0, keys)}. Stateless: many clients may share one. */
@FunctionalInterface
public interface KeyChooser {
    long next(Randomness randomness);

    /** All keys alike. */
    static KeyChooser uniform(long keys) {
        return randomness -> randomness.below(keys);
    }

    /** A few keys, strewn over the whole space, get most of it; {@code skew} in (0, 1), 0.99 is customary. */
    static KeyChooser zipfian(long keys, double skew) {
        return new Zipfian(keys, skew);
    }

    /** {@code hotPercent} of the choices fall into the {@code hotKeys} neighbours that start at {@code hotStart}. */
    static KeyChooser hotRange(long keys, long hotStart, long hotKeys, int hotPercent) {
        if (hotStart < 0 || hotKeys <= 0 || hotStart + hotKeys > keys || hotPercent < 0 || hotPercent > 100) {
            throw new IllegalArgumentException("the hot range [" + hotStart + ", " + (hotStart + hotKeys)
                    + ") must lie within " + keys + " keys, and " + hotPercent + " must be a percentage");
        }
        return randomness ->
                randomness.below(100) < hotPercent ? hotStart + randomness.below(hotKeys) : randomness.below(keys);
    }
}
