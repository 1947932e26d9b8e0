package dev.cleave.region.protocol;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.wire.Frames;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A reply of pairs that is written pair by pair, from where they lie, without an object for any of them: the same bytes as {@link KvCodec#encodeReply} makes of a
 * {@link KvResult.Pairs}. Used again for one reply after the other; what a large one took is given back.
 */
@OwnedBy("the thread that reads")
public final class PairsReply {
    private static final int BYTES_FIRST = 4 << 10;
    private static final int BYTES_KEPT = 256 << 10;
    private static final int LENGTHS_BYTES = 6;

    private ByteBuffer to = allocate(BYTES_FIRST);
    private int count;

    /** Begins anew. */
    public void begin() {
        if (to.capacity() > BYTES_KEPT) {
            to = allocate(BYTES_FIRST);
        }
        to.clear().position(KvReplyLayout.PAIRS_AT);
        count = 0;
    }

    /** Adds a pair; the arrays are only read. */
    public void add(byte[] key, int keyAt, int keyBytes, byte[] value, int valueAt, int valueBytes) {
        if (keyBytes > KvCommand.KEY_BYTES_MAX || valueBytes > KvCommand.VALUE_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a pair of " + keyBytes + " and " + valueBytes + " bytes does not fit a reply");
        }
        ByteBuffer room = room(LENGTHS_BYTES + keyBytes + valueBytes);
        room.putShort((short) keyBytes).put(key, keyAt, keyBytes);
        room.putInt(valueBytes).put(value, valueAt, valueBytes);
        count++;
    }

    /** How many pairs there are. */
    public int count() {
        return count;
    }

    /** The frame, which is the caller's own. */
    public ByteBuffer frame(long requestId, boolean isComplete) {
        int bytes = to.position();
        KvReplyLayout.pairsHead(to, requestId, isComplete, count);
        return ByteBuffer.wrap(Arrays.copyOf(to.array(), bytes)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private ByteBuffer room(int bytes) {
        if (to.remaining() < bytes) {
            long needed = (long) to.position() + bytes;
            if (needed > Frames.BYTES_MAX) {
                throw new IllegalArgumentException(
                        "does not fit: " + needed + " bytes or more, at most " + Frames.BYTES_MAX + " are allowed");
            }
            int capacity = (int) Math.min(Frames.BYTES_MAX, Math.max(needed, 2L * to.capacity()));
            ByteBuffer larger = allocate(capacity);
            larger.put(to.flip());
            to = larger;
        }
        return to;
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
