package dev.cleave.region.store.migrate;

import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.MalformedFrame;
import dev.cleave.region.protocol.WireReader;
import dev.cleave.region.protocol.WireWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * What a change of peers was asked for: the context of its configuration change entry (little endian).
 *
 * <pre>
 * u8 layout (1), u64 confVersion, u64 version, u32 count, count × { u64 replica id, u64 store id }
 * </pre>
 *
 * @param homes where the replicas are that the change adds or moves between roles
 */
public record ChangeRequest(Epoch epoch, List<Home> homes) {
    private static final int LAYOUT = 1;
    private static final int HOMES_MAX = 64;
    private static final int BYTES_MAX = 4 << 10;

    /** A replica and its store. */
    public record Home(long replicaId, long storeId) {}

    public ChangeRequest {
        homes = List.copyOf(homes);
    }

    public byte[] encode() {
        WireWriter to = new WireWriter(64, BYTES_MAX).u8(LAYOUT);
        to.u64(epoch.confVersion()).u64(epoch.version()).u32(homes.size());
        homes.forEach(home -> to.u64(home.replicaId()).u64(home.storeId()));
        ByteBuffer written = to.finish();
        return Arrays.copyOfRange(written.array(), written.arrayOffset(), written.arrayOffset() + written.limit());
    }

    static ChangeRequest decode(byte[] bytes) {
        WireReader from = new WireReader(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        int layout = from.u8("change request");
        if (layout != LAYOUT) {
            throw new MalformedFrame("change request of layout " + layout + "; this build understands " + LAYOUT);
        }
        Epoch epoch = new Epoch(from.u64("epoch"), from.u64("epoch"));
        List<Home> homes =
                from.list(HOMES_MAX, 16, "homes", item -> new Home(item.u64("replica id"), item.u64("store id")));
        from.end("change request");
        return new ChangeRequest(epoch, homes);
    }
}
