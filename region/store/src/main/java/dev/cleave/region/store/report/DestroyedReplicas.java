package dev.cleave.region.store.report;

import dev.cleave.engine.base.AnyThread;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Replicas whose end the placement driver has not been told yet. Bounded: what is left out, it learns from the region's own reports. */
@AnyThread
public final class DestroyedReplicas {
    private static final int REPLICAS_MAX = 10_000;
    private final Set<Long> untold = new LinkedHashSet<>();

    public synchronized void add(long replicaId) {
        if (untold.size() < REPLICAS_MAX) {
            untold.add(replicaId);
        }
    }

    synchronized List<Long> untold() {
        return new ArrayList<>(untold);
    }

    synchronized void told(List<Long> replicaIds) {
        replicaIds.forEach(untold::remove);
    }

    synchronized boolean isEmpty() {
        return untold.isEmpty();
    }
}
