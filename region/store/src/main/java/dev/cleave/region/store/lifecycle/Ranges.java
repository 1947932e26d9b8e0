package dev.cleave.region.store.lifecycle;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.PublishedRegions;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Who holds which range here: live regions, and snapshots that were accepted and are on their way in. */
@AnyThread
public final class Ranges {
    private final PublishedRegions published;
    private final Map<Long, KeyRange> reserved = new TreeMap<>();

    public Ranges(PublishedRegions published) {
        this.published = published;
    }

    /**
     * Reserves {@code range} for a snapshot of {@code region}; says who stands in the way if somebody does. A region's own earlier range never
     * does.
     */
    public synchronized Optional<String> reserve(long region, KeyRange range) {
        for (LocalRegion local : published.now().overlapping(range)) {
            if (local.id() != region) {
                return Optional.of("region " + local.id() + " here still holds "
                        + local.region().range() + ", which overlaps");
            }
        }
        for (Map.Entry<Long, KeyRange> other : reserved.entrySet()) {
            if (other.getKey() != region && other.getValue().overlaps(range)) {
                return Optional.of("region " + other.getKey() + " is on its way in or out here with " + other.getValue()
                        + ", which overlaps");
            }
        }
        if (reserved.containsKey(region)) {
            return Optional.of("another snapshot of the same region is on its way in");
        }
        reserved.put(region, range);
        return Optional.empty();
    }

    /** Keeps {@code range} from everybody else until it is released: its replica is no longer published, but its data are still to be destroyed. */
    synchronized void keep(long region, KeyRange range) {
        reserved.put(region, range);
    }

    public synchronized void release(long region) {
        reserved.remove(region);
    }
}
