package dev.cleave.region.store.lifecycle;

/** Hears that a replica's data are gone and its end is durable. */
@FunctionalInterface
public interface Endings {
    void destroyed(long region, long replicaId);
}
