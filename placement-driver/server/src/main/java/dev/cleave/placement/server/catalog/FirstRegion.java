package dev.cleave.placement.server.catalog;

import dev.cleave.region.protocol.Region;

/**
 * The region that covers everything, and the store that must create it.
 *
 * @param isSeen whether the region has been reported: from then on nobody creates it again
 */
public record FirstRegion(long storeId, Region region, boolean isSeen) {}
