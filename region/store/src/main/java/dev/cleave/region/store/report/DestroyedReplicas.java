package dev.cleave.region.store.report;

import dev.cleave.engine.base.AnyThread;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Replicas whose end the placement driver has not been told yet. Bounded: what is left out, it learns from the region's own reports, unless the
 * region does not know either (its log or data were lost here), and then it is told again whenever it asks for everything.
 */
@AnyThread
public final class DestroyedReplicas {
    private static final int REPLICAS_MAX = 10_000;
    private final Set<Long> untold = new LinkedHashSet<>();
    private final Supplier<List<Long>> tombstones;

    /**
     * @param tombstones all replicas that have ever ended here, as far as it is remembered
     */
    public DestroyedReplicas(Supplier<List<Long>> tombstones) {
        this.tombstones = tombstones;
    }

    /** The placement driver may be a new one, or this process is. */
    void tellAll() {
        tombstones.get().forEach(this::add);
    }

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
