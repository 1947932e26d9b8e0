package dev.cleave.region.client;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts since the client was made, and gauges of now. Parts are read one after the other, not as one snapshot.
 *
 * @param calls calls accepted
 * @param done calls that succeeded
 * @param undetermined calls that ended with an unknown outcome
 * @param notApplied calls that certainly had no effect, refusals at the client's own bounds included
 * @param invalid calls wrong in themselves
 * @param retries requests tried again, by reason
 * @param routeLookups questions for routes to the placement driver
 * @param routeHits requests whose region was in the cache
 * @param routeMisses requests that waited for their region to be looked up
 * @param inFlightCalls calls begun and not ended
 * @param inFlightBytes bytes of their requests
 * @param openLinks links to stores and placement driver that are open
 */
public record ClientStats(
        long calls,
        long done,
        long undetermined,
        long notApplied,
        long invalid,
        Map<RetryReason, Long> retries,
        long routeLookups,
        long routeHits,
        long routeMisses,
        int inFlightCalls,
        long inFlightBytes,
        int openLinks) {
    public ClientStats {
        retries = Collections.unmodifiableMap(new TreeMap<>(retries));
    }

    /** Requests tried again, whatever the reason. */
    public long retriesTotal() {
        return retries.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Calls that failed, whatever the kind. */
    public long failed() {
        return undetermined + notApplied + invalid;
    }
}
