package dev.cleave.region.workload.rate;

/**
 * A load whose speed is asked for, as data. How long an answer may take is the target's own affair.
 *
 * @param inFlight operations under way at once; in an open loop the most that may be
 * @param perSecond operations begun per second whatever comes back; 0 for a closed loop, where the next begins when one has ended
 * @param scanLimit pairs asked for by one scan
 */
public record RateConfig(int inFlight, double perSecond, RateMix mix, int valueBytes, int scanLimit) {
    public RateConfig {
        if (inFlight <= 0 || inFlight > 65_536 || valueBytes < 0 || scanLimit <= 0) {
            throw new IllegalArgumentException(
                    "a load has 1 to 65536 operations in flight, and at least one pair per scan");
        }
        if (!(perSecond >= 0 && perSecond <= 1e8)) {
            throw new IllegalArgumentException("a rate is 0 (as fast as answers come) to 100 million per second");
        }
    }

    /** Closed loop, values of 128 bytes, scans of 100. */
    public static RateConfig of(int inFlight, RateMix mix) {
        return new RateConfig(inFlight, 0, mix, 128, 100);
    }

    public RateConfig withPerSecond(double rate) {
        return new RateConfig(inFlight, rate, mix, valueBytes, scanLimit);
    }

    public RateConfig withValueBytes(int bytes) {
        return new RateConfig(inFlight, perSecond, mix, bytes, scanLimit);
    }

    public RateConfig withScanLimit(int pairs) {
        return new RateConfig(inFlight, perSecond, mix, valueBytes, pairs);
    }
}
