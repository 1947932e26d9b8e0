package dev.cleave.region.store.state;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A plain put seen in its entry payload, in place: the one command that is worth it, for its key and value would otherwise be copied twice on their way
 * to the engine. The layout is {@link dev.cleave.region.protocol.KvCodec}'s; a test holds both together.
 *
 * <pre>
 * offset size field
 *  0     16   epoch
 * 16     1    operation (1 = put)
 * 17     3    zero
 * 20     2    key length k
 * 22     k    key
 * 22+k   4    value length v
 * 26+k   v    value, up to the end
 * </pre>
 */
public final class PutView {
    private static final int OPERATION_AT = 16;
    private static final int PUT = 1;
    private static final int KEY_LENGTH_AT = 20;
    private static final int KEY_AT = 22;
    private static final int VALUE_LENGTH_BYTES = 4;

    private final ByteBuffer payload;
    private final int keyAt;
    private final int keyBytes;
    private final int valueBytes;

    private PutView(ByteBuffer payload, int keyAt, int keyBytes, int valueBytes) {
        this.payload = payload;
        this.keyAt = keyAt;
        this.keyBytes = keyBytes;
        this.valueBytes = valueBytes;
    }

    /** Null for anything but a well-formed put: then the codec has the word. The payload must be little endian and stay as it is. */
    public static @Nullable PutView of(ByteBuffer payload) {
        int at = payload.position();
        int bytes = payload.remaining();
        if (bytes < KEY_AT + VALUE_LENGTH_BYTES || payload.getInt(at + OPERATION_AT) != PUT) {
            return null;
        }
        int keyBytes = payload.getShort(at + KEY_LENGTH_AT) & 0xFFFF;
        int valueBytes = bytes - KEY_AT - keyBytes - VALUE_LENGTH_BYTES;
        boolean isWhole = valueBytes >= 0 && payload.getInt(at + KEY_AT + keyBytes) == valueBytes;
        return isWhole ? new PutView(payload, at + KEY_AT, keyBytes, valueBytes) : null;
    }

    public int keyBytes() {
        return keyBytes;
    }

    public int valueBytes() {
        return valueBytes;
    }

    public boolean isInside(KeyRange range) {
        return isInside(payload, keyAt, keyBytes, range);
    }

    static boolean isInside(ByteBuffer payload, int keyAt, int keyBytes, KeyRange range) {
        byte[] start = range.startInclusive().bytes();
        byte[] end = range.endExclusive().bytes();
        return compare(payload, keyAt, keyBytes, start) >= 0
                && (end.length == 0 || compare(payload, keyAt, keyBytes, end) < 0);
    }

    private static int compare(ByteBuffer payload, int keyAt, int keyBytes, byte[] other) {
        int common = Math.min(keyBytes, other.length);
        for (int i = 0; i < common; i++) {
            int order = Byte.compareUnsigned(payload.get(keyAt + i), other[i]);
            if (order != 0) {
                return order;
            }
        }
        return keyBytes - other.length;
    }

    /** A copy of the key. */
    public Key key() {
        byte[] key = new byte[keyBytes];
        payload.get(keyAt, key);
        return Key.own(key);
    }

    /** The key as it stands in the engine. */
    public byte[] dataKey() {
        return dataKey(payload, keyAt, keyBytes);
    }

    static byte[] dataKey(ByteBuffer payload, int keyAt, int keyBytes) {
        byte[] data = DataKeys.newDataKey(keyBytes);
        payload.get(keyAt, data, data.length - keyBytes, keyBytes);
        return data;
    }

    /** The value as it stands in the engine. */
    public byte[] stored() {
        return stored(payload, keyAt + keyBytes + VALUE_LENGTH_BYTES, valueBytes);
    }

    static byte[] stored(ByteBuffer payload, int valueAt, int valueBytes) {
        byte[] stored = DataKeys.newStored(valueBytes);
        payload.get(valueAt, stored, stored.length - valueBytes, valueBytes);
        return stored;
    }
}
