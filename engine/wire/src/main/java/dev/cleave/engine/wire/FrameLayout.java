package dev.cleave.engine.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The header of every frame on a TCP link (little endian):
 *
 * <pre>
 * offset size field
 *  0     4    payload length in bytes
 *  4     4    CRC32C of the payload
 *  8     1    kind
 *  9     3    low 24 bits of the CRC32C of bytes 0 to 8
 * 12     n    payload
 * </pre>
 *
 * The header has a check of its own, so that a damaged length is found before it is believed. One instance belongs to one
 * direction of one link.
 */
final class FrameLayout {
    static final int HEADER_BYTES = 12;
    /** The limit of a payload until the peer has said hello. */
    static final int GREETING_BYTES_MAX = 64 << 10;

    /** See {@link HelloLayout}; the first frame of each side. */
    static final byte HELLO = 1;
    /** A caller's frame. */
    static final byte DATA = 2;
    /** Empty: the sender lives. */
    static final byte PING = 3;
    /** The last frame of a side that closes for a reason: UTF-8 text for people. */
    static final byte REFUSAL = 4;

    private static final int CHECKED_BYTES = 9;

    private final CRC32C crc = new CRC32C();

    /** Writes the header of a frame with the remaining bytes of {@code payload} at the start of {@code header}, and rewinds it. */
    void write(byte kind, ByteBuffer payload, ByteBuffer header) {
        header.clear();
        header.putInt(payload.remaining()).putInt(checksum(payload)).put(kind);
        int check = headerCheck(header);
        header.put((byte) check).put((byte) (check >>> 8)).put((byte) (check >>> 16));
        header.flip();
    }

    boolean isHeaderIntact(ByteBuffer header) {
        int found = (header.get(9) & 0xFF) | (header.get(10) & 0xFF) << 8 | (header.get(11) & 0xFF) << 16;
        return found == headerCheck(header);
    }

    int checksum(ByteBuffer payload) {
        crc.reset();
        crc.update(payload.duplicate());
        return (int) crc.getValue();
    }

    static int length(ByteBuffer header) {
        return header.getInt(0);
    }

    static int payloadChecksum(ByteBuffer header) {
        return header.getInt(4);
    }

    static byte kind(ByteBuffer header) {
        return header.get(8);
    }

    static ByteBuffer newHeader() {
        return ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    private int headerCheck(ByteBuffer header) {
        crc.reset();
        crc.update(header.array(), 0, CHECKED_BYTES);
        return (int) crc.getValue() & 0xFF_FFFF;
    }
}
