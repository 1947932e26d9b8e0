package dev.cleave.tests.simulator;

import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.kv.KvSnapshot;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionLayout;
import dev.cleave.region.protocol.WireReader;
import dev.cleave.region.store.state.DataKeys;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What one replica holds: its descriptor and, in two numbers, its pairs. It is asked for after each batch, so it is quicker than the digest that stores
 * compute for people.
 */
record Content(Region region, long pairs, long checksum) {
    /** Layout and replica id come first in a stored descriptor (docs/formats.md). */
    private static final int DESCRIPTOR_HEAD = 9;

    /** Null if there is no replica with a descriptor here. */
    static @Nullable Content of(KvEngine engine, long regionId) {
        try (KvSnapshot snapshot = engine.snapshot()) {
            byte[] descriptor = snapshot.get(KvEngine.Family.META, metaKey('d', regionId));
            if (descriptor == null || snapshot.get(KvEngine.Family.META, metaKey('a', regionId)) == null) {
                return null;
            }
            Region region = region(descriptor);
            Sum sum = new Sum();
            snapshot.scan(KvEngine.Family.DATA, DataKeys.toData(region.range()), false, sum::add);
            return new Content(region, sum.pairs, sum.crc.getValue());
        }
    }

    static byte[] metaKey(char kind, long regionId) {
        return ByteBuffer.allocate(9).put((byte) kind).putLong(regionId).array();
    }

    static Region region(byte[] descriptor) {
        ByteBuffer bytes =
                ByteBuffer.wrap(descriptor).order(ByteOrder.LITTLE_ENDIAN).position(DESCRIPTOR_HEAD);
        return RegionLayout.read(new WireReader(bytes));
    }

    private static final class Sum {
        private final CRC32C crc = new CRC32C();
        private long pairs;

        boolean add(byte[] key, byte[] value) {
            pairs++;
            length(key);
            length(value);
            crc.update(key, 0, key.length);
            crc.update(value, 0, value.length);
            return true;
        }

        private void length(byte[] bytes) {
            crc.update(bytes.length);
            crc.update(bytes.length >> 8);
            crc.update(bytes.length >> 16);
        }
    }
}
