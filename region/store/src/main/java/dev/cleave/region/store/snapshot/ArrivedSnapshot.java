package dev.cleave.region.store.snapshot;

/** A whole snapshot, sealed and on this store's disk, for one replica here. */
public record ArrivedSnapshot(long replicaId, SnapshotContent content) {}
