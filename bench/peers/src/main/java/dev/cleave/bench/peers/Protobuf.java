package dev.cleave.bench.peers;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A message in protobuf's encoding, looked through for the fields that are asked for: numbers and bytes, which is all that etcd needs here. */
final class Protobuf {
    private static final int NUMBER = 0;
    private static final int BYTES = 2;

    private final byte[] message;
    private int at;

    Protobuf(byte[] message) {
        this.message = message;
    }

    /** The number in a field; 0 if it is not there, as protobuf has it. */
    long number(int field) {
        at = 0;
        while (at < message.length) {
            long tag = varint();
            if ((tag & 7) == NUMBER) {
                long number = varint();
                if (tag >>> 3 == field) {
                    return number;
                }
            } else {
                skipBytes(tag);
            }
        }
        return 0;
    }

    /** The bytes in a field, empty if it is not there. */
    byte[] bytes(int field) {
        List<byte[]> all = all(field);
        return all.isEmpty() ? new byte[0] : all.get(0);
    }

    /** What a repeated field holds. */
    List<byte[]> all(int field) {
        List<byte[]> found = new ArrayList<>();
        at = 0;
        while (at < message.length) {
            long tag = varint();
            if ((tag & 7) == NUMBER) {
                varint();
            } else {
                int end = skipBytes(tag);
                if (tag >>> 3 == field) {
                    found.add(Arrays.copyOfRange(message, end, at));
                }
            }
        }
        return found;
    }

    /** Where they began. */
    private int skipBytes(long tag) {
        if ((tag & 7) != BYTES) {
            throw new IllegalStateException("a field of a kind that etcd does not send: " + tag);
        }
        int length = (int) varint();
        int start = at;
        at += length;
        return start;
    }

    private long varint() {
        long number = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = message[at++];
            number |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return number;
            }
        }
    }

    /** Puts a message together. */
    static final class Writer {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

        Writer bytes(int field, byte[] bytes) {
            varint((long) field << 3 | BYTES);
            varint(bytes.length);
            out.write(bytes, 0, bytes.length);
            return this;
        }

        Writer number(int field, long number) {
            varint((long) field << 3 | NUMBER);
            varint(number);
            return this;
        }

        private void varint(long number) {
            long left = number;
            while (left >= 0x80) {
                out.write((int) (left & 0x7f | 0x80));
                left >>>= 7;
            }
            out.write((int) left);
        }

        byte[] toBytes() {
            return out.toByteArray();
        }
    }
}
