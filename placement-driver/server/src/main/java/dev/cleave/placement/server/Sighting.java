package dev.cleave.placement.server;

import dev.cleave.region.protocol.RegionLoad;
import dev.cleave.region.protocol.StoreInfo;
import java.util.List;
import java.util.function.ToLongFunction;

/** Stores and loads as the placement agent saw them at a recent round of its checkers; empty while it does not serve. */
record Sighting(List<StoreInfo> stores, List<RegionLoad> busiest) {
    static final Sighting NONE = new Sighting(List.of(), List.of());
    /** More than this is hot, for monitoring. */
    static final long HOT_PER_SECOND = 1_000;

    Sighting {
        stores = List.copyOf(stores);
        busiest = List.copyOf(busiest);
    }

    long hotByReads() {
        return hot(RegionLoad::readsPerSecond);
    }

    long hotByWrites() {
        return hot(RegionLoad::writesPerSecond);
    }

    private long hot(ToLongFunction<RegionLoad> perSecond) {
        return busiest.stream()
                .filter(load -> perSecond.applyAsLong(load) > HOT_PER_SECOND)
                .count();
    }
}
