package dev.cleave.region.store.state;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.kv.KvEngine.Family;
import dev.cleave.engine.kv.KvSnapshot;
import dev.cleave.region.protocol.Region;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A digest in the making: reads a region's pairs from a view of the engine, as many at once as is wanted. Owns the view; close it. */
public final class DigestReading implements AutoCloseable {
    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private final KvSnapshot snapshot;
    private final Region region;
    private final long appliedIndex;
    private KeyRange rest;
    private boolean isDone;
    private long keys;
    private long checksum = OFFSET;
    private long stepBytes;
    private byte @Nullable [] last;

    private DigestReading(KvSnapshot snapshot, Region region, long appliedIndex) {
        this.snapshot = snapshot;
        this.region = region;
        this.appliedIndex = appliedIndex;
        this.rest = DataKeys.toData(region.range());
    }

    /** Takes over {@code snapshot}, and closes it at once if there is no replica with data in it. */
    public static Optional<DigestReading> of(KvSnapshot snapshot, long regionId) {
        byte[] descriptor = snapshot.get(Family.META, MetaKeys.descriptor(regionId));
        byte[] applied = snapshot.get(Family.META, MetaKeys.applied(regionId));
        if (descriptor == null || applied == null) {
            snapshot.close();
            return Optional.empty();
        }
        Region region = RegionRecord.toDescriptor(descriptor).region();
        return Optional.of(new DigestReading(
                snapshot, region, RegionRecord.toApplied(applied).index()));
    }

    /** The region as it was in the view. */
    public Region region() {
        return region;
    }

    /** Reads on for about {@code bytesMax} bytes; returns whether all is read. */
    public boolean read(long bytesMax) {
        if (isDone) {
            return true;
        }
        stepBytes = 0;
        isDone = true;
        snapshot.scan(Family.DATA, rest, false, (key, value) -> {
            if (stepBytes >= bytesMax) {
                isDone = false;
                return false;
            }
            add(key, value);
            return true;
        });
        byte[] at = last;
        if (!isDone && at != null) {
            Key next = Key.own(Arrays.copyOf(at, at.length + 1));
            rest = rest.hasEnd() ? KeyRange.of(next, rest.endExclusive()) : KeyRange.of(next, Key.EMPTY);
        }
        return isDone;
    }

    private void add(byte[] key, byte[] value) {
        keys++;
        bytes(key);
        bytes(value);
        stepBytes += key.length + value.length;
        last = key;
    }

    private void bytes(byte[] bytes) {
        long hash = (checksum ^ bytes.length) * PRIME;
        for (byte each : bytes) {
            hash = (hash ^ (each & 0xff)) * PRIME;
        }
        checksum = hash;
    }

    /** Of what has been read so far. */
    public RegionDigest digest() {
        return new RegionDigest(region.id(), appliedIndex, keys, checksum);
    }

    @Override
    public void close() {
        snapshot.close();
    }
}
