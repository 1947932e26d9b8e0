package dev.cleave.region.client;

import dev.cleave.region.protocol.Region;

/**
 * A region and who leads it.
 *
 * @param leaderStore 0 if unknown
 */
record Route(Region region, long leaderStore) {
    Route ledBy(long store) {
        return new Route(region, store);
    }
}
