package dev.cleave.region.store.expiry;

import dev.cleave.engine.base.Key;
import dev.cleave.region.protocol.MalformedFrame;
import dev.cleave.region.protocol.WireReader;
import dev.cleave.region.protocol.WireWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Removes those of some keys whose values are gone by {@code timeMillis}; a key that has been written anew meanwhile stays. The payload of its ADMIN entry (little endian).
 *
 * <pre>
 * u8 command (4 = sweep), u8 layout (1), u16 zero, u64 time, u32 count, count x key
 * </pre>
 */
public record SweepCommand(long timeMillis, List<Key> keys) {
    public static final int COMMAND = 4;
    static final int KEYS_MAX = 1000;
    private static final int LAYOUT = 1;
    private static final int BYTES_MAX = 5 << 20;

    public SweepCommand {
        keys = List.copyOf(keys);
    }

    public ByteBuffer encode() {
        WireWriter to = new WireWriter(1024, BYTES_MAX)
                .u8(COMMAND)
                .u8(LAYOUT)
                .u16(0)
                .u64(timeMillis)
                .u32(keys.size());
        keys.forEach(to::key);
        return to.finish();
    }

    /** Whether an ADMIN payload is one of these, of whatever layout. */
    public static boolean is(ByteBuffer payload) {
        return payload.hasRemaining() && payload.get(payload.position()) == COMMAND;
    }

    /** @throws IllegalStateException if it is of a newer release: to skip it here and not elsewhere would let replicas differ */
    public static SweepCommand decode(ByteBuffer payload) {
        try {
            WireReader from = new WireReader(payload.slice().order(ByteOrder.LITTLE_ENDIAN));
            int command = from.u8("admin command");
            int layout = from.u8("admin command");
            if (command != COMMAND || layout != LAYOUT) {
                throw new MalformedFrame("admin command " + command + " of layout " + layout + " is no sweep of layout "
                        + LAYOUT + "; upgrade this store");
            }
            from.zero(2, "reserved part of a sweep");
            long timeMillis = from.u64("time");
            SweepCommand sweep = new SweepCommand(timeMillis, from.list(KEYS_MAX, 2, "keys", item -> item.key("key")));
            from.end("sweep");
            return sweep;
        } catch (MalformedFrame unknown) {
            throw new IllegalStateException(unknown);
        }
    }
}
