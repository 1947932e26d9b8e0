package dev.cleave.region.client;

import dev.cleave.engine.wire.Address;
import dev.cleave.region.protocol.KvLimits;
import java.time.Duration;
import java.util.List;

/**
 * Deadlines and bounds of a client.
 *
 * @param placement wire addresses of placement driver members, at least one
 * @param callDeadline how long a call may take in all, retries included; the only limit of retrying
 * @param attemptTimeout after it a read is sent elsewhere and an unopened link is given up; longer than a leader change takes to show
 * @param backoffMin the shortest pause before trying again
 * @param backoffMax the longest pause before trying again
 * @param inFlightCallsMax calls begun and not ended; more are refused as busy, or wait in the blocking face
 * @param inFlightBytesMax bytes of requests begun and not ended, likewise
 * @param regionsAtOnceMax parts of one batch that are under way at the same time
 * @param scanPageBytes about how much one page of a scan may hold
 * @param resultBytesMax the most one scan or batch get may return at once; larger ones go page by page
 * @param routesMax cached routes; beyond it the cache starts afresh
 * @param drainLimit how long closing waits for calls in flight
 * @param retryUndetermined whether writes whose outcome is unknown are sent again (at least once instead of at most once). A delayed
 *     first copy may then overwrite a later write. Compare-and-set is never repeated
 * @param gathering whether and how far puts and deletes of one region, and gets, leave together
 */
public record ClientConfig(
        List<Address> placement,
        Duration callDeadline,
        Duration attemptTimeout,
        Duration backoffMin,
        Duration backoffMax,
        int inFlightCallsMax,
        int inFlightBytesMax,
        int regionsAtOnceMax,
        int scanPageBytes,
        int resultBytesMax,
        int routesMax,
        Duration drainLimit,
        boolean retryUndetermined,
        Gathering gathering) {

    public ClientConfig {
        placement = List.copyOf(placement);
        require(!placement.isEmpty(), "at least one placement driver address is needed, such as 127.0.0.1:2379");
        requirePositive("callDeadline", callDeadline);
        requirePositive("attemptTimeout", attemptTimeout);
        requirePositive("backoffMin", backoffMin);
        require(
                backoffMax.compareTo(backoffMin) >= 0,
                "backoffMax (" + backoffMax + ") must not be below backoffMin (" + backoffMin + ")");
        require(inFlightCallsMax > 0, "inFlightCallsMax must be positive, not " + inFlightCallsMax);
        require(inFlightBytesMax > 0, "inFlightBytesMax must be positive, not " + inFlightBytesMax);
        require(regionsAtOnceMax > 0, "regionsAtOnceMax must be positive, not " + regionsAtOnceMax);
        require(
                scanPageBytes > 0 && scanPageBytes <= KvLimits.SCAN_BYTES_MAX,
                "scanPageBytes must be 1 to " + KvLimits.SCAN_BYTES_MAX + ", not " + scanPageBytes);
        require(resultBytesMax >= scanPageBytes, "resultBytesMax must not be below scanPageBytes");
        require(routesMax > 0, "routesMax must be positive, not " + routesMax);
        requirePositive("drainLimit", drainLimit);
    }

    /** Defaults that suit a laptop and a small cluster: 5 s per call, 10,000 calls and 64 MiB in flight. */
    public static ClientConfig defaults(List<Address> placement) {
        return new ClientConfig(
                placement,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofMillis(5),
                Duration.ofMillis(500),
                10_000,
                64 << 20,
                32,
                1 << 20,
                64 << 20,
                100_000,
                Duration.ofSeconds(5),
                false,
                Gathering.defaults());
    }

    /**
     * With another deadline per call, retries included.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public ClientConfig withCallDeadline(Duration deadline) {
        return new ClientConfig(
                placement,
                deadline,
                attemptTimeout,
                backoffMin,
                backoffMax,
                inFlightCallsMax,
                inFlightBytesMax,
                regionsAtOnceMax,
                scanPageBytes,
                resultBytesMax,
                routesMax,
                drainLimit,
                retryUndetermined,
                gathering);
    }

    /**
     * With another time after which a read is sent elsewhere.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public ClientConfig withAttemptTimeout(Duration timeout) {
        return new ClientConfig(
                placement,
                callDeadline,
                timeout,
                backoffMin,
                backoffMax,
                inFlightCallsMax,
                inFlightBytesMax,
                regionsAtOnceMax,
                scanPageBytes,
                resultBytesMax,
                routesMax,
                drainLimit,
                retryUndetermined,
                gathering);
    }

    /**
     * With other bounds of what may be in flight.
     *
     * @throws IllegalArgumentException if one is not positive
     */
    public ClientConfig withInFlight(int callsMax, int bytesMax) {
        return new ClientConfig(
                placement,
                callDeadline,
                attemptTimeout,
                backoffMin,
                backoffMax,
                callsMax,
                bytesMax,
                regionsAtOnceMax,
                scanPageBytes,
                resultBytesMax,
                routesMax,
                drainLimit,
                retryUndetermined,
                gathering);
    }

    /**
     * With pages of another size.
     *
     * @throws IllegalArgumentException if it is not 1 byte to what a store gives at once
     */
    public ClientConfig withScanPageBytes(int bytes) {
        return new ClientConfig(
                placement,
                callDeadline,
                attemptTimeout,
                backoffMin,
                backoffMax,
                inFlightCallsMax,
                inFlightBytesMax,
                regionsAtOnceMax,
                bytes,
                resultBytesMax,
                routesMax,
                drainLimit,
                retryUndetermined,
                gathering);
    }

    /** With writes of unknown outcome sent again, or not; see {@link #retryUndetermined}. */
    public ClientConfig withRetryUndetermined(boolean retry) {
        return new ClientConfig(
                placement,
                callDeadline,
                attemptTimeout,
                backoffMin,
                backoffMax,
                inFlightCallsMax,
                inFlightBytesMax,
                regionsAtOnceMax,
                scanPageBytes,
                resultBytesMax,
                routesMax,
                drainLimit,
                retry,
                gathering);
    }

    /**
     * With another time that closing may wait.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public ClientConfig withDrainLimit(Duration limit) {
        return new ClientConfig(
                placement,
                callDeadline,
                attemptTimeout,
                backoffMin,
                backoffMax,
                inFlightCallsMax,
                inFlightBytesMax,
                regionsAtOnceMax,
                scanPageBytes,
                resultBytesMax,
                routesMax,
                limit,
                retryUndetermined,
                gathering);
    }

    /** With puts, deletes and gets gathered in another way; {@link Gathering#OFF}: each a request of its own. */
    public ClientConfig withGathering(Gathering other) {
        return new ClientConfig(
                placement,
                callDeadline,
                attemptTimeout,
                backoffMin,
                backoffMax,
                inFlightCallsMax,
                inFlightBytesMax,
                regionsAtOnceMax,
                scanPageBytes,
                resultBytesMax,
                routesMax,
                drainLimit,
                retryUndetermined,
                other);
    }

    private static void requirePositive(String name, Duration duration) {
        require(!duration.isNegative() && !duration.isZero(), name + " must be positive, not " + duration);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
