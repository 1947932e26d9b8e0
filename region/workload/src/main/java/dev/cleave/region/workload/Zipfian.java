package dev.cleave.region.workload;

import dev.cleave.engine.base.Randomness;

/**
 * Zipf's law after Gray et al., "Quickly generating billion-record synthetic databases" (1994), ranks strewn over the key space
 * by a hash so that the hot keys are not neighbours. {@code StrictMath}: the same seed chooses the same keys everywhere.
 */
final class Zipfian implements KeyChooser {
    /** Beyond this rank the sum behind the law is continued by its integral. */
    private static final long EXACT_TERMS = 10_000;

    private final long keys;
    private final double skew;
    private final double zeta;
    private final double alpha;
    private final double eta;

    Zipfian(long keys, double skew) {
        if (keys <= 0 || !(skew > 0 && skew < 1)) {
            throw new IllegalArgumentException("a zipfian choice needs keys and a skew between 0 and 1, not " + skew);
        }
        this.keys = keys;
        this.skew = skew;
        zeta = zeta(keys);
        alpha = 1 / (1 - skew);
        eta = (1 - StrictMath.pow(2.0 / keys, 1 - skew)) / (1 - zeta(2) / zeta);
    }

    @Override
    public long next(Randomness randomness) {
        double uniform = (randomness.nextLong() >>> 11) * 0x1.0p-53;
        return scatter(rank(uniform));
    }

    private long rank(double uniform) {
        double scaled = uniform * zeta;
        if (scaled < 1) {
            return 0;
        }
        if (scaled < 1 + StrictMath.pow(0.5, skew)) {
            return Math.min(1, keys - 1);
        }
        return Math.min(keys - 1, (long) (keys * StrictMath.pow(eta * uniform - eta + 1, alpha)));
    }

    private long scatter(long rank) {
        long hash = (rank + 1) * 0x9E3779B97F4A7C15L;
        hash = (hash ^ (hash >>> 32)) * 0xD6E8FEB86659FD93L;
        return Long.remainderUnsigned(hash ^ (hash >>> 32), keys);
    }

    private double zeta(long terms) {
        double sum = 0;
        long exact = Math.min(terms, EXACT_TERMS);
        for (long i = 1; i <= exact; i++) {
            sum += 1 / StrictMath.pow(i, skew);
        }
        double rest = StrictMath.pow(terms + 0.5, 1 - skew) - StrictMath.pow(exact + 0.5, 1 - skew);
        return terms > exact ? sum + rest / (1 - skew) : sum;
    }
}
