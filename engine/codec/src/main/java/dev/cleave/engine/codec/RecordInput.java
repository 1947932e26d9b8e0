package dev.cleave.engine.codec;

import com.esotericsoftware.kryo.io.Input;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a record. Every size is checked against its bound and against the bytes that are left before anything is
 * allocated. Belongs to its codec; valid during the call only.
 */
public final class RecordInput {
    /** The longest key or other byte string inside a record. */
    public static final int BYTES_MAX = 1 << 20;

    public static final int TEXT_BYTES_MAX = 64 << 10;
    /** The longest list: ten thousand stores, keys or replicas. */
    public static final int ITEMS_MAX = 100_000;

    private final RecordCodec codec;
    private final Input in;

    RecordInput(RecordCodec codec, Input in) {
        this.codec = codec;
        this.in = in;
    }

    public long number() {
        return in.readVarLong(true);
    }

    public int smallNumber(String what, int max) {
        long value = number();
        if (value < 0 || value > max) {
            throw new RecordException(what + " is " + value + ", which is above its bound " + max);
        }
        return (int) value;
    }

    public long fixed() {
        return in.readLong();
    }

    public boolean flag() {
        byte value = in.readByte();
        if (value != 0 && value != 1) {
            throw new RecordException("a flag has the value " + value + "; the record is damaged");
        }
        return value == 1;
    }

    public int octet() {
        return in.readByteUnsigned();
    }

    public byte[] bytes(String what, int bytesMax) {
        int length = in.readVarInt(true);
        if (length < 0 || length > bytesMax) {
            throw new RecordException(what + " claims " + length + " bytes, more than its bound " + bytesMax);
        }
        if (length > remaining()) {
            throw new RecordException(what + " claims " + length + " bytes, but only " + remaining() + " are left");
        }
        return in.readBytes(length);
    }

    public String text(String what) {
        return new String(bytes(what, TEXT_BYTES_MAX), StandardCharsets.UTF_8);
    }

    public Key key() {
        return Key.own(bytes("a key", BYTES_MAX));
    }

    /** @throws IllegalArgumentException if the range is upside down (the codec says so in words) */
    public KeyRange range() {
        return KeyRange.of(key(), key());
    }

    public List<Long> numbers(String what) {
        return list(what, RecordInput::number);
    }

    /** One constant of an enum by its place: an unknown one is refused. */
    public <E extends Enum<E>> E constant(String what, E[] values) {
        return values[smallNumber(what, values.length - 1)];
    }

    public <T> List<T> list(String what, Function<RecordInput, T> each) {
        int items = in.readVarInt(true);
        if (items < 0 || items > ITEMS_MAX || items > remaining()) {
            throw new RecordException(what + " claims " + items + " items, but only " + remaining()
                    + " bytes are left (bound " + ITEMS_MAX + ")");
        }
        List<T> list = new ArrayList<>(items);
        for (int i = 0; i < items; i++) {
            list.add(each.apply(this));
        }
        return list;
    }

    /** A registered record that must be a {@code type}. */
    public <T> T nested(Class<T> type) {
        Object record = codec.readRecord(in);
        if (!type.isInstance(record)) {
            throw new RecordException("expected a " + type.getSimpleName() + " but found a "
                    + record.getClass().getSimpleName());
        }
        return type.cast(record);
    }

    public <T> @Nullable T nestedOrNull(Class<T> type) {
        return flag() ? nested(type) : null;
    }

    public <T> List<T> nestedAll(String what, Class<T> type) {
        return list(what, in -> in.nested(type));
    }

    private int remaining() {
        return in.limit() - in.position();
    }
}
