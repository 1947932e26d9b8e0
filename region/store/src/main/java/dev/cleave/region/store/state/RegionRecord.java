package dev.cleave.region.store.state;

import dev.cleave.engine.kv.EngineFailure;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.MalformedFrame;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionLayout;
import dev.cleave.region.protocol.WireReader;
import dev.cleave.region.protocol.WireWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The values of the META family (little endian):
 *
 * <pre>
 * descriptor  u8 layout (1), u64 replica id, region (RegionLayout)
 * applied     u8 layout (1), u64 index, u64 term
 * tombstone   u8 layout (1), u64 replica id, u64 confVersion, u64 version
 * lost        u8 layout (1)
 * </pre>
 *
 * An unknown layout stops the store: it was written by a newer build.
 */
final class RegionRecord {
    private static final int LAYOUT = 1;
    private static final int BYTES_MAX = 64 << 10;

    /** A decoded descriptor. */
    record Descriptor(long replicaId, Region region) {}

    /** A decoded applied state. */
    record Applied(long index, long term) {}

    private RegionRecord() {}

    static byte[] descriptor(long replicaId, Region region) {
        WireWriter to = new WireWriter(256, BYTES_MAX).u8(LAYOUT).u64(replicaId);
        RegionLayout.write(to, region);
        return bytes(to);
    }

    static Descriptor toDescriptor(byte[] bytes) {
        WireReader from = reader(bytes, "region descriptor");
        Descriptor descriptor = new Descriptor(from.u64("replica id"), RegionLayout.read(from));
        from.end("region descriptor");
        return descriptor;
    }

    static byte[] applied(long index, long term) {
        return bytes(new WireWriter(17, BYTES_MAX).u8(LAYOUT).u64(index).u64(term));
    }

    static Applied toApplied(byte[] bytes) {
        WireReader from = reader(bytes, "applied state");
        Applied applied = new Applied(from.u64("index"), from.u64("term"));
        from.end("applied state");
        return applied;
    }

    static byte[] tombstone(Tombstone tombstone) {
        Epoch epoch = tombstone.epoch();
        return bytes(new WireWriter(25, BYTES_MAX)
                .u8(LAYOUT)
                .u64(tombstone.replicaId())
                .u64(epoch.confVersion())
                .u64(epoch.version()));
    }

    static Tombstone toTombstone(long region, byte[] bytes) {
        WireReader from = reader(bytes, "tombstone");
        long replicaId = from.u64("replica id");
        Tombstone tombstone = new Tombstone(region, replicaId, new Epoch(from.u64("epoch"), from.u64("epoch")));
        from.end("tombstone");
        return tombstone;
    }

    static byte[] lost() {
        return bytes(new WireWriter(1, BYTES_MAX).u8(LAYOUT));
    }

    static void checkLost(byte[] bytes) {
        reader(bytes, "mark of lost data").end("mark of lost data");
    }

    private static WireReader reader(byte[] bytes, String what) {
        try {
            WireReader from = new WireReader(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
            int layout = from.u8(what);
            if (layout != LAYOUT) {
                throw new EngineFailure(what + " of layout " + layout + " in this store's data; this build understands "
                        + LAYOUT + ": start the newer build that wrote it");
            }
            return from;
        } catch (MalformedFrame damaged) {
            throw new EngineFailure("damaged " + what + " in this store's data", damaged);
        }
    }

    private static byte[] bytes(WireWriter writer) {
        ByteBuffer written = writer.finish();
        return Arrays.copyOfRange(written.array(), written.arrayOffset(), written.arrayOffset() + written.limit());
    }
}
