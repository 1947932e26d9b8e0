package dev.cleave.engine.base;

/** Where chance comes from. Not thread-safe: each owner has its own. */
public interface Randomness {
    long nextLong();

    /** Uniform in {@code [0, boundExclusive)}; the bound is positive. */
    default long below(long boundExclusive) {
        Invariant.check(boundExclusive > 0, "bound is positive", boundExclusive);
        return Long.remainderUnsigned(nextLong(), boundExclusive);
    }

    /** Uniform in {@code [lowInclusive, highExclusive)}. */
    default long between(long lowInclusive, long highExclusive) {
        return lowInclusive + below(highExclusive - lowInclusive);
    }

    /** A child of this source: its draws do not disturb the parent's beyond this call. */
    default Randomness fork() {
        return new SplitMix(nextLong());
    }

    static Randomness seeded(long seed) {
        return new SplitMix(seed);
    }
}
