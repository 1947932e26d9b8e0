package dev.cleave.region.store.state;

import dev.cleave.engine.kv.KvEngine;
import java.util.Optional;

/**
 * What the replica of a region on this store holds: how many pairs, and a checksum over all of them in key order. Two replicas with the same digest
 * hold the same pairs (FNV-1a, 64 bits: enough against accidents, not against malice).
 *
 * @param appliedIndex the index up to which entries have taken effect in what was looked at
 */
public record RegionDigest(long region, long appliedIndex, long keys, long checksum) {
    /** Reads the whole region from one engine snapshot; takes as long as a scan does. Empty if there is no replica with data here. */
    public static Optional<RegionDigest> of(KvEngine engine, long regionId) {
        Optional<DigestReading> found = DigestReading.of(engine.snapshot(), regionId);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (DigestReading reading = found.get()) {
            reading.read(Long.MAX_VALUE);
            return Optional.of(reading.digest());
        }
    }
}
