package dev.cleave.region.store.check;

import dev.cleave.region.protocol.MalformedFrame;
import dev.cleave.region.protocol.WireReader;
import dev.cleave.region.protocol.WireWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Asks every replica for a digest of what it holds at the entry's index; changes nothing. The payload of its ADMIN entry (little endian).
 *
 * <pre>
 * u8 command (2 = check), u8 layout (1), u16 zero, u64 check id
 * </pre>
 */
public record CheckCommand(long checkId) {
    public static final int COMMAND = 2;
    private static final int LAYOUT = 1;

    public ByteBuffer encode() {
        return new WireWriter(16, 64).u8(COMMAND).u8(LAYOUT).u16(0).u64(checkId).finish();
    }

    /** Whether an ADMIN payload is one of these, of whatever layout. */
    public static boolean is(ByteBuffer payload) {
        return payload.hasRemaining() && payload.get(payload.position()) == COMMAND;
    }

    public static CheckCommand decode(ByteBuffer payload) {
        WireReader from = new WireReader(payload.slice().order(ByteOrder.LITTLE_ENDIAN));
        int command = from.u8("admin command");
        int layout = from.u8("admin command");
        if (command != COMMAND || layout != LAYOUT) {
            throw new MalformedFrame("admin command " + command + " of layout " + layout + " is no check of layout "
                    + LAYOUT + "; upgrade this store");
        }
        from.zero(2, "reserved part of a check");
        CheckCommand check = new CheckCommand(from.u64("check id"));
        from.end("check");
        return check;
    }
}
