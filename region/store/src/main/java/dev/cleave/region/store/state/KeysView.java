package dev.cleave.region.store.state;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.kv.KvEngine.LentKeys;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvLimits;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a batch get seen in its payload, in place, as {@link BatchView} sees changes: clients that gather send little else. The layout is
 * {@link dev.cleave.region.protocol.KvCodec}'s; a test holds both together.
 *
 * <pre>
 * offset size field
 *  0     16   epoch
 * 16     1    operation (17 = batch get)
 * 17     3    zero
 * 20     4    number of keys
 * 24     ...  of each: u16 key length, key
 * </pre>
 */
public final class KeysView {
    private static final int OPERATION_AT = 16;
    private static final int BATCH_GET = 17;
    private static final int COUNT_AT = 20;
    private static final int KEYS_AT = 24;
    private static final int LENGTH_BYTES = 2;

    private final ByteBuffer payload;
    private final int count;

    private KeysView(ByteBuffer payload, int count) {
        this.payload = payload;
        this.count = count;
    }

    /**
     * Null for anything but a well-formed batch get within {@link KvLimits}: then the codec has the word. The payload must be little endian and stay as it is.
     */
    public static @Nullable KeysView of(ByteBuffer payload) {
        int bytes = payload.remaining();
        int start = payload.position();
        if (bytes < KEYS_AT
                || bytes > KvLimits.COMMAND_BYTES_MAX
                || payload.getInt(start + OPERATION_AT) != BATCH_GET) {
            return null;
        }
        int count = payload.getInt(start + COUNT_AT);
        if (count < 1 || count > KvCommand.BATCH_ITEMS_MAX) {
            return null;
        }
        int at = start + KEYS_AT;
        int end = start + bytes;
        for (int i = 0; i < count; i++) {
            int keyBytes = end - at < LENGTH_BYTES ? 0 : keyBytes(payload, at);
            if (keyBytes == 0 || keyBytes > KvCommand.KEY_BYTES_MAX || keyBytes > end - at - LENGTH_BYTES) {
                return null;
            }
            at += LENGTH_BYTES + keyBytes;
        }
        return at == end ? new KeysView(payload, count) : null;
    }

    private static int keyBytes(ByteBuffer payload, int at) {
        return payload.getShort(at) & 0xFFFF;
    }

    /** How many there are, counting each as often as it is asked for. */
    public int count() {
        return count;
    }

    /** Whether all lie in {@code range}. */
    public boolean isInside(KeyRange range) {
        int at = payload.position() + KEYS_AT;
        for (int i = 0; i < count; i++) {
            int keyBytes = keyBytes(payload, at);
            if (!PutView.isInside(payload, at + LENGTH_BYTES, keyBytes, range)) {
                return false;
            }
            at += LENGTH_BYTES + keyBytes;
        }
        return true;
    }

    /** A copy of one. */
    public Key key(int number) {
        int at = payload.position() + KEYS_AT;
        for (int i = 0; i < number; i++) {
            at += LENGTH_BYTES + keyBytes(payload, at);
        }
        byte[] key = new byte[keyBytes(payload, at)];
        payload.get(at + LENGTH_BYTES, key);
        return Key.own(key);
    }

    /** All, from the first on, as they stand in the engine. */
    public LentKeys dataKeys() {
        return new DataKeysInOrder();
    }

    private final class DataKeysInOrder implements LentKeys {
        private int at = payload.position() + KEYS_AT;
        private int left = count;

        @Override
        public int next(byte[] room) {
            if (left == 0) {
                return -1;
            }
            left--;
            int keyBytes = keyBytes(payload, at);
            int dataBytes = DataKeys.beginDataKey(room, keyBytes);
            payload.get(at + LENGTH_BYTES, room, dataBytes - keyBytes, keyBytes);
            at += LENGTH_BYTES + keyBytes;
            return dataBytes;
        }
    }
}
