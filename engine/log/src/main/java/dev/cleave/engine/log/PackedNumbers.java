package dev.cleave.engine.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A growing buffer of numbers that take few bytes when they are small: varints, seven bits a byte, the low ones first. */
final class PackedNumbers {
    private static final int BYTES_MIN = 4096;

    private ByteBuffer bytes = ByteBuffer.allocate(BYTES_MIN).order(ByteOrder.LITTLE_ENDIAN);

    /** Starts over behind {@code bytesLeftFree}. */
    void clear(int bytesLeftFree) {
        bytes.clear();
        ensure(bytesLeftFree);
        bytes.position(bytesLeftFree);
    }

    int size() {
        return bytes.position();
    }

    /** All bytes; valid until more are put. */
    ByteBuffer buffer() {
        return bytes;
    }

    void put(long number) {
        ensure(10);
        long left = number;
        while ((left & ~0x7fL) != 0) {
            bytes.put((byte) (left | 0x80));
            left >>>= 7;
        }
        bytes.put((byte) left);
    }

    void putSigned(long number) {
        put(number << 1 ^ number >> 63);
    }

    void putInt(int number) {
        ensure(Integer.BYTES);
        bytes.putInt(number);
    }

    void putBytes(byte[] more) {
        put(more.length);
        ensure(more.length);
        bytes.put(more);
    }

    private void ensure(int more) {
        if (bytes.remaining() < more) {
            int capacity = Math.max(bytes.position() + more, 2 * bytes.capacity());
            bytes = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN).put(bytes.flip());
        }
    }

    static long get(ByteBuffer from) {
        long number = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = from.get();
            number |= (next & 0x7fL) << shift;
            if (next >= 0) {
                break;
            }
        }
        return number;
    }

    static long getSigned(ByteBuffer from) {
        long number = get(from);
        return number >>> 1 ^ -(number & 1);
    }

    static byte[] getBytes(ByteBuffer from) {
        byte[] bytes = new byte[(int) get(from)];
        from.get(bytes);
        return bytes;
    }
}
