package dev.cleave.region.store.migrate;

import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.MalformedFrame;
import dev.cleave.region.protocol.WireReader;
import dev.cleave.region.protocol.WireWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Strikes out replicas that are lost for good, after a person has said so: the payload of its ADMIN entry (little endian).
 *
 * <pre>
 * u8 command (3 = recover), u8 layout (1), u16 zero, u64 confVersion, u64 version, u32 count, count × u64 replica id
 * </pre>
 */
public record RecoverCommand(Epoch epoch, List<Long> lost) {
    public static final int COMMAND = 3;
    private static final int LAYOUT = 1;
    private static final int LOST_MAX = 64;
    private static final int BYTES_MAX = 4 << 10;

    public RecoverCommand {
        lost = List.copyOf(lost);
    }

    public ByteBuffer encode() {
        WireWriter to = new WireWriter(64, BYTES_MAX).u8(COMMAND).u8(LAYOUT).u16(0);
        to.u64(epoch.confVersion()).u64(epoch.version()).u32(lost.size());
        lost.forEach(to::u64);
        return to.finish();
    }

    /** Whether an ADMIN payload is one of these, of whatever layout. */
    public static boolean is(ByteBuffer payload) {
        return payload.hasRemaining() && payload.get(payload.position()) == COMMAND;
    }

    public static RecoverCommand decode(ByteBuffer payload) {
        WireReader from = new WireReader(payload.slice().order(ByteOrder.LITTLE_ENDIAN));
        int command = from.u8("admin command");
        int layout = from.u8("admin command");
        if (command != COMMAND || layout != LAYOUT) {
            throw new MalformedFrame("admin command " + command + " of layout " + layout + " is no recovery of layout "
                    + LAYOUT + "; upgrade this store");
        }
        from.zero(2, "reserved part of a recovery");
        Epoch epoch = new Epoch(from.u64("epoch"), from.u64("epoch"));
        List<Long> lost = from.list(LOST_MAX, 8, "lost replicas", item -> item.u64("replica id"));
        from.end("recovery");
        return new RecoverCommand(epoch, lost);
    }
}
