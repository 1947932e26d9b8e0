package dev.cleave.region.store.lifecycle;

/** Hears that a replica has ended for good: its data are gone and its end is durable, or it was given up before it began, which a restart would do again. */
@FunctionalInterface
public interface Endings {
    void destroyed(long region, long replicaId);
}
