package dev.cleave.engine.codec;

import com.esotericsoftware.kryo.io.Output;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Writes the fields of a record. Belongs to its codec; valid during the call only. */
public final class RecordOutput {
    private final RecordCodec codec;
    private final Output out;

    RecordOutput(RecordCodec codec, Output out) {
        this.codec = codec;
        this.out = out;
    }

    /** A number that is usually small and not negative: 1 to 9 bytes. */
    public RecordOutput number(long value) {
        out.writeVarLong(value, true);
        return this;
    }

    /** Eight bytes whatever the value: identities drawn at random. */
    public RecordOutput fixed(long value) {
        out.writeLong(value);
        return this;
    }

    public RecordOutput flag(boolean value) {
        out.writeBoolean(value);
        return this;
    }

    public RecordOutput octet(int value) {
        out.writeByte(value);
        return this;
    }

    public RecordOutput bytes(byte[] value) {
        out.writeVarInt(value.length, true);
        out.writeBytes(value);
        return this;
    }

    public RecordOutput text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    public RecordOutput key(Key key) {
        return bytes(key.bytes());
    }

    public RecordOutput range(KeyRange range) {
        return key(range.startInclusive()).key(range.endExclusive());
    }

    public RecordOutput numbers(Collection<Long> values) {
        out.writeVarInt(values.size(), true);
        values.forEach(this::number);
        return this;
    }

    /** A list of things that are written by {@code each}. */
    public <T> RecordOutput list(Collection<T> values, RecordRegistry.Writing<T> each) {
        out.writeVarInt(values.size(), true);
        values.forEach(value -> each.write(this, value));
        return this;
    }

    /** A registered record, with its own id and version. */
    public RecordOutput nested(Object record) {
        codec.writeRecord(out, record);
        return this;
    }

    public RecordOutput nestedOrNull(@Nullable Object record) {
        flag(record != null);
        return record == null ? this : nested(record);
    }

    public RecordOutput nestedAll(Collection<?> records) {
        out.writeVarInt(records.size(), true);
        records.forEach(this::nested);
        return this;
    }
}
