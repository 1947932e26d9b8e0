package dev.cleave.engine.base;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The bytes of one log entry, the same in memory, on disk and on the wire (little endian):
 *
 * <pre>
 * offset size field
 *  0     4    payload length in bytes
 *  4     1    type
 *  5     3    zero
 *  8     8    index
 * 16     8    term
 * 24     n    payload
 * </pre>
 */
public final class EntryLayout {
    public static final int HEADER_BYTES = 24;
    /** The largest payload: 6 MiB, so that an entry with its neighbours fits a log record of 8 MiB. */
    public static final int PAYLOAD_BYTES_MAX = 6 << 20;

    private EntryLayout() {}

    /** Writes a header and {@code payload}'s remaining bytes at {@code into}'s position, which moves on. */
    public static void put(ByteBuffer into, byte type, long index, long term, ByteBuffer payload) {
        Invariant.check(into.order() == ByteOrder.LITTLE_ENDIAN, "entry buffers are little endian");
        into.putInt(payload.remaining()).put(type).put((byte) 0).putShort((short) 0);
        into.putLong(index).putLong(term).put(payload.duplicate());
    }

    public static int payloadBytes(ByteBuffer buffer, int offset) {
        return buffer.getInt(offset);
    }

    public static byte type(ByteBuffer buffer, int offset) {
        return buffer.get(offset + 4);
    }

    public static long index(ByteBuffer buffer, int offset) {
        return buffer.getLong(offset + 8);
    }

    public static long term(ByteBuffer buffer, int offset) {
        return buffer.getLong(offset + 16);
    }

    /** Bytes of the whole entry that starts at {@code offset}. */
    public static int entryBytes(ByteBuffer buffer, int offset) {
        return HEADER_BYTES + payloadBytes(buffer, offset);
    }

    /** The payload of the entry at {@code offset}: a read-only little-endian view, valid as long as {@code buffer} is. */
    public static ByteBuffer payload(ByteBuffer buffer, int offset) {
        return buffer.slice(offset + HEADER_BYTES, payloadBytes(buffer, offset))
                .asReadOnlyBuffer()
                .order(ByteOrder.LITTLE_ENDIAN);
    }
}
