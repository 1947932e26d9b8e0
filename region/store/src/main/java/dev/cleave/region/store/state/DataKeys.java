package dev.cleave.region.store.state;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * How user pairs stand in the engine's DATA family.
 *
 * <pre>
 * key:   u8 mode ('r' = raw), u24 keyspace (0), user key
 * value: u8 flags (0), user value
 *     or u8 flags (1 = expires), u64 wall time in milliseconds from which on it is gone (little endian), user value
 * </pre>
 */
public final class DataKeys {
    private static final byte MODE_RAW = 'r';
    private static final int PREFIX_BYTES = 4;
    private static final int VALUE_HEADER_BYTES = 1;
    private static final byte EXPIRES = 1;
    private static final int EXPIRING_HEADER_BYTES = 9;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** The first key behind keyspace 0. */
    private static final Key END = Key.own(new byte[] {MODE_RAW, 0, 0, 1});

    private DataKeys() {}

    public static byte[] toData(Key user) {
        byte[] data = newDataKey(user.length());
        System.arraycopy(user.bytes(), 0, data, PREFIX_BYTES, user.length());
        return data;
    }

    /** A data key with room for a user key of {@code bytes} at its end. */
    static byte[] newDataKey(int bytes) {
        byte[] data = new byte[PREFIX_BYTES + bytes];
        data[0] = MODE_RAW;
        return data;
    }

    /** Begins a data key at the start of {@code room}, whose end is for a user key of {@code bytes}; returns how long it is in all. */
    static int beginDataKey(byte[] room, int bytes) {
        room[0] = MODE_RAW;
        room[1] = 0;
        room[2] = 0;
        room[3] = 0;
        return PREFIX_BYTES + bytes;
    }

    /** A stored value without flags, with room for a user value of {@code bytes} at its end. */
    static byte[] newStored(int bytes) {
        return new byte[VALUE_HEADER_BYTES + bytes];
    }

    public static Key toUser(byte[] data) {
        return Key.own(Arrays.copyOfRange(data, userKeyAt(data, data.length), data.length));
    }

    /** Where the user's key begins in a data key, which is the first {@code bytes} of {@code data}. */
    public static int userKeyAt(byte[] data, int bytes) {
        Invariant.check(
                bytes >= PREFIX_BYTES && data[0] == MODE_RAW && data[1] == 0 && data[2] == 0 && data[3] == 0,
                "a data key has our prefix");
        return PREFIX_BYTES;
    }

    public static KeyRange toData(KeyRange user) {
        Key start = Key.own(toData(user.startInclusive()));
        return KeyRange.of(start, user.hasEnd() ? Key.own(toData(user.endExclusive())) : END);
    }

    /** The stored form of a value: no flags. */
    public static byte[] toStored(Value value) {
        byte[] stored = newStored(value.length());
        System.arraycopy(value.bytes(), 0, stored, VALUE_HEADER_BYTES, value.length());
        return stored;
    }

    /** The stored form of a value that is gone from {@code expiryMillis} on. */
    public static byte[] toStored(Value value, long expiryMillis) {
        byte[] stored = new byte[EXPIRING_HEADER_BYTES + value.length()];
        stored[0] = EXPIRES;
        LONGS.set(stored, VALUE_HEADER_BYTES, expiryMillis);
        System.arraycopy(value.bytes(), 0, stored, EXPIRING_HEADER_BYTES, value.length());
        return stored;
    }

    /** From when on a stored value is gone; {@link Long#MAX_VALUE} if it stays. */
    public static long expiryMillis(byte[] stored) {
        return expiryMillis(stored, stored.length);
    }

    /** As {@link #expiryMillis(byte[])} of what is the first {@code bytes} of {@code stored}. */
    public static long expiryMillis(byte[] stored, int bytes) {
        boolean isKnown = bytes >= VALUE_HEADER_BYTES
                && (stored[0] == 0 || (stored[0] == EXPIRES && bytes >= EXPIRING_HEADER_BYTES));
        Invariant.check(isKnown, "a stored value has known flags");
        return stored[0] == 0 ? Long.MAX_VALUE : (long) LONGS.get(stored, VALUE_HEADER_BYTES);
    }

    /** The user's value, expired or not. */
    public static Value toValue(byte[] stored) {
        return Value.own(Arrays.copyOfRange(stored, valueAt(stored, stored.length), stored.length));
    }

    /** Where the user's value begins in a stored one, which is the first {@code bytes} of {@code stored}. */
    public static int valueAt(byte[] stored, int bytes) {
        return expiryMillis(stored, bytes) == Long.MAX_VALUE ? VALUE_HEADER_BYTES : EXPIRING_HEADER_BYTES;
    }
}
