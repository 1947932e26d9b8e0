package dev.cleave.region.workload;

import java.time.Duration;

/**
 * A load, as data.
 *
 * @param clients logical clients, each with one operation in flight
 * @param valueBytes size of a value; at least as long as what makes it unique (some 30 bytes)
 * @param scanLimit pairs asked for by one scan
 * @param retriesMax how often an operation that was certainly not applied is sent again
 * @param retryBackoff pause before it is
 * @param think pause of a client between two operations; zero asks as fast as answers come
 * @param answerWithin after this an operation counts as hung, and its client goes on without it
 * @param operationsMax the load ends by itself after so many operations
 */
public record LoadConfig(
        int clients,
        Mix mix,
        KeySpace keySpace,
        KeyChooser keyChooser,
        int valueBytes,
        int scanLimit,
        int retriesMax,
        Duration retryBackoff,
        Duration think,
        Duration answerWithin,
        long operationsMax) {
    public LoadConfig {
        if (clients <= 0 || valueBytes <= 0 || scanLimit <= 0 || retriesMax < 0 || operationsMax <= 0) {
            throw new IllegalArgumentException(
                    "a load needs at least one client, one byte per value, one pair per scan and one operation");
        }
        if (retryBackoff.isNegative() || think.isNegative() || answerWithin.isNegative() || answerWithin.isZero()) {
            throw new IllegalArgumentException("a load's pauses cannot be negative, nor its patience zero");
        }
    }

    /** 16 clients, nine gets to one put of 100 bytes, over 100 000 keys alike, until stopped. */
    public static LoadConfig defaults() {
        KeySpace keySpace = new KeySpace("key-", 100_000);
        return new LoadConfig(
                16,
                Mix.readMostly(),
                keySpace,
                KeyChooser.uniform(keySpace.keys()),
                100,
                20,
                3,
                Duration.ofMillis(50),
                Duration.ZERO,
                Duration.ofSeconds(30),
                Long.MAX_VALUE);
    }

    public LoadConfig withClients(int count) {
        return new LoadConfig(
                count,
                mix,
                keySpace,
                keyChooser,
                valueBytes,
                scanLimit,
                retriesMax,
                retryBackoff,
                think,
                answerWithin,
                operationsMax);
    }

    public LoadConfig withMix(Mix other) {
        return new LoadConfig(
                clients,
                other,
                keySpace,
                keyChooser,
                valueBytes,
                scanLimit,
                retriesMax,
                retryBackoff,
                think,
                answerWithin,
                operationsMax);
    }

    public LoadConfig withKeys(KeySpace space, KeyChooser chooser) {
        return new LoadConfig(
                clients,
                mix,
                space,
                chooser,
                valueBytes,
                scanLimit,
                retriesMax,
                retryBackoff,
                think,
                answerWithin,
                operationsMax);
    }

    public LoadConfig withValueBytes(int bytes) {
        return new LoadConfig(
                clients,
                mix,
                keySpace,
                keyChooser,
                bytes,
                scanLimit,
                retriesMax,
                retryBackoff,
                think,
                answerWithin,
                operationsMax);
    }

    public LoadConfig withScanLimit(int pairs) {
        return new LoadConfig(
                clients,
                mix,
                keySpace,
                keyChooser,
                valueBytes,
                pairs,
                retriesMax,
                retryBackoff,
                think,
                answerWithin,
                operationsMax);
    }

    public LoadConfig withRetries(int max, Duration backoff) {
        return new LoadConfig(
                clients,
                mix,
                keySpace,
                keyChooser,
                valueBytes,
                scanLimit,
                max,
                backoff,
                think,
                answerWithin,
                operationsMax);
    }

    public LoadConfig withThink(Duration pause) {
        return new LoadConfig(
                clients,
                mix,
                keySpace,
                keyChooser,
                valueBytes,
                scanLimit,
                retriesMax,
                retryBackoff,
                pause,
                answerWithin,
                operationsMax);
    }

    public LoadConfig withAnswerWithin(Duration patience) {
        return new LoadConfig(
                clients,
                mix,
                keySpace,
                keyChooser,
                valueBytes,
                scanLimit,
                retriesMax,
                retryBackoff,
                think,
                patience,
                operationsMax);
    }

    public LoadConfig withOperationsMax(long max) {
        return new LoadConfig(
                clients,
                mix,
                keySpace,
                keyChooser,
                valueBytes,
                scanLimit,
                retriesMax,
                retryBackoff,
                think,
                answerWithin,
                max);
    }
}
