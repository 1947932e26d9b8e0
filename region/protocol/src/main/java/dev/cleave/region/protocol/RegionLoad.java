package dev.cleave.region.protocol;

/** How often a region was asked lately, by its leader's word. */
public record RegionLoad(long regionId, long readsPerSecond, long writesPerSecond) {
    public long perSecond() {
        return readsPerSecond + writesPerSecond;
    }
}
