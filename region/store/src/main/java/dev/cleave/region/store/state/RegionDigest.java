package dev.cleave.region.store.state;

import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.kv.KvEngine.Family;
import dev.cleave.engine.kv.KvSnapshot;
import dev.cleave.region.protocol.Region;
import java.util.Optional;

/**
 * What the replica of a region on this store holds: how many pairs, and a checksum over all of them in key order. Two replicas with the same digest
 * hold the same pairs (FNV-1a, 64 bits: enough against accidents, not against malice).
 *
 * @param appliedIndex the index up to which entries have taken effect in what was looked at
 */
public record RegionDigest(long region, long appliedIndex, long keys, long checksum) {
    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    /** Reads the whole region from one engine snapshot; takes as long as a scan does. Empty if there is no replica with data here. */
    public static Optional<RegionDigest> of(KvEngine engine, long regionId) {
        try (KvSnapshot snapshot = engine.snapshot()) {
            byte[] descriptor = snapshot.get(Family.META, MetaKeys.descriptor(regionId));
            byte[] applied = snapshot.get(Family.META, MetaKeys.applied(regionId));
            if (descriptor == null || applied == null) {
                return Optional.empty();
            }
            Region region = RegionRecord.toDescriptor(descriptor).region();
            Sum sum = new Sum();
            snapshot.scan(Family.DATA, DataKeys.toData(region.range()), false, (key, value) -> sum.add(key, value));
            return Optional.of(
                    new RegionDigest(regionId, RegionRecord.toApplied(applied).index(), sum.keys, sum.checksum));
        }
    }

    /** The checksum so far. */
    private static final class Sum {
        private long keys;
        private long checksum = OFFSET;

        boolean add(byte[] key, byte[] value) {
            keys++;
            bytes(key);
            bytes(value);
            return true;
        }

        private void bytes(byte[] bytes) {
            long hash = (checksum ^ bytes.length) * PRIME;
            for (byte each : bytes) {
                hash = (hash ^ (each & 0xff)) * PRIME;
            }
            checksum = hash;
        }
    }
}
