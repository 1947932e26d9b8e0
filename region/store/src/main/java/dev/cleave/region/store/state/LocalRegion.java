package dev.cleave.region.store.state;

import dev.cleave.region.protocol.Region;

/** A region and the replica of it that this store holds. */
public record LocalRegion(Region region, long replicaId) {
    public long id() {
        return region.id();
    }
}
