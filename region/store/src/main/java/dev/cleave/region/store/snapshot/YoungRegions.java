package dev.cleave.region.store.snapshot;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.region.protocol.Region;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Regions born by a split a moment ago. Their replicas elsewhere will be born by the same split, as soon as they apply it: a snapshot now would be
 * refused there anyway, for its range still belongs to the parent.
 */
@AnyThread
public final class YoungRegions {
    private static final int REGIONS_MAX = 4096;

    private final long youngNanos;
    private final Map<Long, Birth> births = new LinkedHashMap<>();

    private record Birth(Region region, long bornNanos) {}

    public YoungRegions(long youngNanos) {
        this.youngNanos = youngNanos;
    }

    public synchronized void born(Region region, long nowNanos) {
        births.values().removeIf(birth -> nowNanos - birth.bornNanos() > youngNanos);
        if (births.size() < REGIONS_MAX) {
            births.put(region.id(), new Birth(region, nowNanos));
        }
    }

    synchronized boolean isMerelySlow(long region, long replicaId, long nowNanos) {
        Birth birth = births.get(region);
        return birth != null
                && nowNanos - birth.bornNanos() <= youngNanos
                && birth.region().peer(replicaId).isPresent();
    }
}
