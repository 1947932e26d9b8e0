package dev.cleave.region.store.state;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvLimits;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A batch of puts and deletes seen in its entry payload, in place, as {@link PutView} sees a put: clients that gather send little else. The layout is
 * {@link dev.cleave.region.protocol.KvCodec}'s; a test holds both together.
 *
 * <pre>
 * offset size field
 *  0     16   epoch
 * 16     1    operation (3 = batch)
 * 17     3    zero
 * 20     4    number of changes
 * 24     ...  of each: u16 key length, key, u32 value length (FFFFFFFF: it is deleted), value
 * </pre>
 */
public final class BatchView {
    private static final int OPERATION_AT = 16;
    private static final int BATCH = 3;
    private static final int COUNT_AT = 20;
    private static final int CHANGES_AT = 24;
    private static final int KEY_LENGTH_BYTES = 2;
    private static final int VALUE_LENGTH_BYTES = 4;
    private static final int NONE = -1;

    private final ByteBuffer payload;
    private final int count;
    private final int puts;

    private BatchView(ByteBuffer payload, int count, int puts) {
        this.payload = payload;
        this.count = count;
        this.puts = puts;
    }

    /** Takes the changes in their order; the arrays are its own. */
    public interface Changes {
        void put(byte[] dataKey, byte[] stored);

        void delete(byte[] dataKey);
    }

    /**
     * Null for anything but a well-formed batch within {@link KvLimits}: then the codec has the word. The payload must be little endian and stay as it is.
     */
    public static @Nullable BatchView of(ByteBuffer payload) {
        int bytes = payload.remaining();
        int start = payload.position();
        if (bytes < CHANGES_AT || bytes > KvLimits.COMMAND_BYTES_MAX || payload.getInt(start + OPERATION_AT) != BATCH) {
            return null;
        }
        int count = payload.getInt(start + COUNT_AT);
        if (count < 1 || count > KvCommand.BATCH_ITEMS_MAX) {
            return null;
        }
        int at = start + CHANGES_AT;
        int end = start + bytes;
        int puts = 0;
        for (int i = 0; i < count; i++) {
            int next = next(payload, at, end);
            if (next < 0) {
                return null;
            }
            puts += payload.getInt(at + KEY_LENGTH_BYTES + keyBytes(payload, at)) == NONE ? 0 : 1;
            at = next;
        }
        return at == end ? new BatchView(payload, count, puts) : null;
    }

    /** Where the change behind the one at {@code at} begins; negative if this one is not whole or not within its limits. */
    private static int next(ByteBuffer payload, int at, int end) {
        if (end - at < KEY_LENGTH_BYTES + VALUE_LENGTH_BYTES) {
            return -1;
        }
        int keyBytes = keyBytes(payload, at);
        int valueAt = at + KEY_LENGTH_BYTES + keyBytes + VALUE_LENGTH_BYTES;
        if (keyBytes == 0 || keyBytes > KvCommand.KEY_BYTES_MAX || valueAt > end) {
            return -1;
        }
        int valueBytes = payload.getInt(valueAt - VALUE_LENGTH_BYTES);
        if (valueBytes == NONE) {
            return valueAt;
        }
        boolean isWhole = valueBytes >= 0 && valueBytes <= KvCommand.VALUE_BYTES_MAX && valueBytes <= end - valueAt;
        return isWhole ? valueAt + valueBytes : -1;
    }

    private static int keyBytes(ByteBuffer payload, int at) {
        return payload.getShort(at) & 0xFFFF;
    }

    /** How many changes it holds. */
    public int count() {
        return count;
    }

    public boolean onlyDeletes() {
        return puts == 0;
    }

    /** Whether all keys lie in {@code range}. */
    public boolean isInside(KeyRange range) {
        int at = payload.position() + CHANGES_AT;
        for (int i = 0; i < count; i++) {
            int keyBytes = keyBytes(payload, at);
            if (!PutView.isInside(payload, at + KEY_LENGTH_BYTES, keyBytes, range)) {
                return false;
            }
            at = behind(at, keyBytes);
        }
        return true;
    }

    /** A copy of the key of one change. */
    public Key key(int number) {
        int at = payload.position() + CHANGES_AT;
        for (int i = 0; i < number; i++) {
            at = behind(at, keyBytes(payload, at));
        }
        byte[] key = new byte[keyBytes(payload, at)];
        payload.get(at + KEY_LENGTH_BYTES, key);
        return Key.own(key);
    }

    /** Gives all changes, as they stand in the engine. */
    public void forEach(Changes changes) {
        int at = payload.position() + CHANGES_AT;
        for (int i = 0; i < count; i++) {
            int keyBytes = keyBytes(payload, at);
            int valueAt = at + KEY_LENGTH_BYTES + keyBytes + VALUE_LENGTH_BYTES;
            int valueBytes = payload.getInt(valueAt - VALUE_LENGTH_BYTES);
            byte[] dataKey = PutView.dataKey(payload, at + KEY_LENGTH_BYTES, keyBytes);
            if (valueBytes == NONE) {
                changes.delete(dataKey);
            } else {
                changes.put(dataKey, PutView.stored(payload, valueAt, valueBytes));
            }
            at = behind(at, keyBytes);
        }
    }

    private int behind(int at, int keyBytes) {
        int valueAt = at + KEY_LENGTH_BYTES + keyBytes + VALUE_LENGTH_BYTES;
        return valueAt + Math.max(0, payload.getInt(valueAt - VALUE_LENGTH_BYTES));
    }
}
