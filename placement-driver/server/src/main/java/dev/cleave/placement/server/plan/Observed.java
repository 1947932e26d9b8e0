package dev.cleave.placement.server.plan;

import dev.cleave.region.protocol.RegionView;
import org.jspecify.annotations.Nullable;

/** What steps may look at. */
public interface Observed {
    /** The region as its leader last reported it, null if it has not been heard of since the start. */
    @Nullable
    RegionView region(long regionId);

    /** Whether the store may be expected to take part: not down, not removed. */
    boolean isUsable(long storeId);

    /** Whether its store has put the replica aside for good: it will never catch up. */
    boolean isDestroyed(long replicaId);
}
