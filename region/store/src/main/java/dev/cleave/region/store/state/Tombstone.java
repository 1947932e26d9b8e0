package dev.cleave.region.store.state;

import dev.cleave.region.protocol.Epoch;

/** A replica that was destroyed here: neither it nor an older one of its region ever comes back. */
public record Tombstone(long region, long replicaId, Epoch epoch) {}
