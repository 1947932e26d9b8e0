package dev.cleave.region.store.lifecycle;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.PublishedRegions;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Who holds which range here: live regions, snapshots that were accepted and are on their way in, and replicas on their way out. */
@AnyThread
public final class Ranges {
    private final PublishedRegions published;
    /** By region. The replica may end meanwhile, and a younger one may wait for a snapshot of its own. */
    private final Map<Long, Reservation> arriving = new TreeMap<>();

    private final Map<Long, KeyRange> leaving = new TreeMap<>();

    private record Reservation(long replicaId, KeyRange range) {}

    public Ranges(PublishedRegions published) {
        this.published = published;
    }

    /**
     * Reserves {@code range} for a snapshot of {@code region} for a replica here; says who stands in the way if somebody does. A region's own earlier range never
     * does.
     */
    public synchronized Optional<String> reserve(long region, long replicaId, KeyRange range) {
        for (LocalRegion local : published.now().overlapping(range)) {
            if (local.id() != region) {
                return Optional.of("region " + local.id() + " here still holds "
                        + local.region().range() + ", which overlaps");
            }
        }
        for (Map.Entry<Long, Reservation> other : arriving.entrySet()) {
            if (other.getKey() != region && other.getValue().range().overlaps(range)) {
                return inTheWay(other.getKey(), other.getValue().range());
            }
        }
        for (Map.Entry<Long, KeyRange> other : leaving.entrySet()) {
            if (other.getKey() != region && other.getValue().overlaps(range)) {
                return inTheWay(other.getKey(), other.getValue());
            }
        }
        if (arriving.containsKey(region) || leaving.containsKey(region)) {
            return Optional.of(
                    "another snapshot of the same region is on its way in, or its last replica on its way out");
        }
        arriving.put(region, new Reservation(replicaId, range));
        return Optional.empty();
    }

    private static Optional<String> inTheWay(long region, KeyRange range) {
        return Optional.of("region " + region + " is on its way in or out here with " + range + ", which overlaps");
    }

    /** The snapshot is here for good, or comes no more. What keeps the range for a replica on its way out stays. */
    public synchronized void release(long region, long replicaId) {
        Reservation reservation = arriving.get(region);
        if (reservation != null && reservation.replicaId() == replicaId) {
            arriving.remove(region);
        }
    }

    /** Keeps {@code range} from everybody else: its replica is no longer published, but its data are still to be destroyed. */
    synchronized void keep(long region, KeyRange range) {
        leaving.put(region, range);
    }

    /** The replica's data are gone, and with them whatever was on its way in for it. */
    synchronized void ended(long region, long replicaId) {
        leaving.remove(region);
        release(region, replicaId);
    }
}
