package dev.cleave.engine.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The payload of a hello frame (little endian). A newer peer may append fields; they are ignored.
 *
 * <pre>
 * offset size field
 *  0     4    magic, "CLVE"
 *  4     2    lowest protocol version spoken
 *  6     2    highest protocol version spoken
 *  8     1    role
 *  9     7    zero
 * 16     8    cluster id
 * 24     8    node id
 * 32     8    data uuid
 * 40     8    start number
 * </pre>
 */
final class HelloLayout {
    static final int BYTES = 48;
    static final int MAGIC = 0x45564C43;

    private HelloLayout() {}

    static ByteBuffer encode(Hello hello, Versions versions) {
        ByteBuffer into = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        into.putInt(MAGIC).putShort((short) versions.lowest()).putShort((short) versions.highest());
        into.put(hello.role()).position(16);
        into.putLong(hello.clusterId()).putLong(hello.nodeId());
        into.putLong(hello.dataUuid()).putLong(hello.startNumber());
        return into.flip();
    }

    /** Checks that {@code from} is a greeting we can answer, and gives the protocol version both speak. */
    static int checkVersion(ByteBuffer from, Versions ours) throws MalformedFrameException {
        if (from.remaining() < 8 || from.getInt(from.position()) != MAGIC) {
            throw new MalformedFrameException("wrong magic in the hello: this is no Cleave peer");
        }
        Versions theirs = new Versions(
                Short.toUnsignedInt(from.getShort(from.position() + 4)),
                Short.toUnsignedInt(from.getShort(from.position() + 6)));
        int common = Math.min(ours.highest(), theirs.highest());
        if (common < Math.max(ours.lowest(), theirs.lowest())) {
            throw new MalformedFrameException("no common protocol version: the sender of this message speaks " + ours
                    + ", its peer " + theirs + "; upgrade the older side");
        }
        return common;
    }

    /** Reads a hello whose version has been checked. */
    static Hello decode(ByteBuffer from) throws MalformedFrameException {
        if (from.remaining() < BYTES) {
            throw new MalformedFrameException("hello of " + from.remaining() + " bytes, expected " + BYTES);
        }
        int at = from.position();
        return new Hello(
                from.get(at + 8),
                from.getLong(at + 16),
                from.getLong(at + 24),
                from.getLong(at + 32),
                from.getLong(at + 40));
    }

    /** The protocol versions a side speaks, both ends inclusive. */
    record Versions(int lowest, int highest) {
        /** What this build speaks. */
        static final Versions CURRENT = new Versions(1, 1);

        @Override
        public String toString() {
            return lowest == highest ? "version " + lowest : "versions " + lowest + " to " + highest;
        }
    }
}
