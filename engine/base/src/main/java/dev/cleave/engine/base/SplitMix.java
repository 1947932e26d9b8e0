package dev.cleave.engine.base;

/** The SplitMix64 generator (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014). */
final class SplitMix implements Randomness {
    private long state;

    SplitMix(long seed) {
        state = seed;
    }

    @Override
    public long nextLong() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
