package dev.cleave.region.store.lifecycle;

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** What a region's replica is on this store, in the order of life. */
public enum Life {
    /** Never heard of here. */
    ABSENT,
    /** Takes part in its group without a descriptor: it waits for a snapshot, or for the split that gives birth to it. */
    UNINITIALIZED,
    /** Has a range of its own and serves it. */
    INITIALIZED,
    /** Replaces all it holds by a snapshot. */
    INSTALLING,
    /** On its way out; its end is marked in the log, or is about to be. */
    DESTROYING,
    /** Was here and is gone: this replica never comes back, a newer one of the region may. */
    TOMBSTONE;

    private static final Map<Life, Set<Life>> STEPS = steps();

    private static Map<Life, Set<Life>> steps() {
        Map<Life, Set<Life>> steps = new EnumMap<>(Life.class);
        steps.put(ABSENT, EnumSet.of(UNINITIALIZED, INITIALIZED));
        steps.put(UNINITIALIZED, EnumSet.of(INITIALIZED, INSTALLING, DESTROYING));
        steps.put(INITIALIZED, EnumSet.of(INSTALLING, DESTROYING));
        steps.put(INSTALLING, EnumSet.of(INITIALIZED, DESTROYING));
        steps.put(DESTROYING, EnumSet.of(TOMBSTONE));
        steps.put(TOMBSTONE, EnumSet.of(UNINITIALIZED, INITIALIZED));
        return Collections.unmodifiableMap(steps);
    }

    public boolean mayBecome(Life next) {
        return STEPS.getOrDefault(this, Set.of()).contains(next);
    }

    boolean isAlive() {
        return this == UNINITIALIZED || this == INITIALIZED || this == INSTALLING;
    }
}
