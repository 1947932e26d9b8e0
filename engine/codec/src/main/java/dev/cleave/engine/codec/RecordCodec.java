package dev.cleave.engine.codec;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Turns records into bytes and back by the hand-written, versioned layouts of a {@link RecordRegistry}; Kryo checks registration and depth and
 * moves the primitives, and never looks into a class by reflection. One instance belongs to one owner thread.
 *
 * <pre>
 * offset size field
 *  0     1    format of this frame: 1
 *  1     1-5  id of the record (varint)
 *  .     1    version of the record
 *  .     n    its fields; a nested record begins again with its id
 * </pre>
 *
 * Unknown ids, newer versions, sizes beyond what is left and trailing bytes are refused with a {@link RecordException}.
 */
public final class RecordCodec {
    public static final byte FORMAT = 1;
    /** Records travel in one frame of the wire, which carries 12 MiB. */
    public static final int RECORD_BYTES_MAX = (12 << 20) - 64;

    private static final int DEPTH_MAX = 16;
    private static final int BUFFER_BYTES = 512;

    private final RecordRegistry registry;
    private final Kryo kryo = new Kryo();
    private final Output out = new Output(BUFFER_BYTES, RECORD_BYTES_MAX);
    private final Input in = new Input();
    private final RecordOutput recordOut = new RecordOutput(this, out);
    private final RecordInput recordIn = new RecordInput(this, in);

    public RecordCodec(RecordRegistry registry) {
        this.registry = registry;
        kryo.setRegistrationRequired(true);
        kryo.setReferences(false);
        kryo.setMaxDepth(DEPTH_MAX);
        registry.entries().forEach(entry -> kryo.register(registration(entry)));
    }

    /** A fresh little-endian buffer with the record's frame. */
    public ByteBuffer encode(Object record) {
        return encode(0, record);
    }

    /** As {@link #encode(Object)}, with room for {@code headerBytes} of the caller's in front. */
    public ByteBuffer encode(int headerBytes, Object record) {
        out.reset();
        try {
            for (int i = 0; i < headerBytes; i++) {
                out.writeByte(0);
            }
            out.writeByte(FORMAT);
            writeRecord(out, record);
            return ByteBuffer.wrap(out.toBytes()).order(ByteOrder.LITTLE_ENDIAN);
        } catch (KryoException tooLarge) {
            throw new RecordException(
                    "a " + record.getClass().getSimpleName() + " cannot be written: " + tooLarge.getMessage(),
                    tooLarge);
        } finally {
            if (out.getBuffer().length > BUFFER_BYTES << 8) {
                out.setBuffer(new byte[BUFFER_BYTES], RECORD_BYTES_MAX);
            }
        }
    }

    /** Reads the one record in the remaining bytes of {@code frame}, whose position moves to its end. */
    public Object decode(ByteBuffer frame) {
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        in.setBuffer(bytes);
        try {
            int format = in.readByte();
            if (format != FORMAT) {
                throw new RecordException("record format " + format + " is not known here (this build reads " + FORMAT
                        + "); upgrade this node");
            }
            Object record = readRecord(in);
            if (in.position() != in.limit()) {
                throw new RecordException((in.limit() - in.position()) + " bytes are left after a "
                        + record.getClass().getSimpleName() + "; the frame is damaged");
            }
            return record;
        } catch (KryoException | IllegalArgumentException damaged) {
            throw refusal(damaged);
        }
    }

    public <T> T decode(ByteBuffer frame, Class<T> type) {
        Object record = decode(frame);
        if (!type.isInstance(record)) {
            throw new RecordException("expected a " + type.getSimpleName() + " but found a "
                    + record.getClass().getSimpleName());
        }
        return type.cast(record);
    }

    void writeRecord(Output out, Object record) {
        RecordRegistry.Entry<?> entry = registry.byType(record.getClass());
        if (entry == null) {
            throw new RecordException(record.getClass().getName() + " is not a registered record");
        }
        out.writeVarInt(entry.id(), true);
        kryo.writeObject(out, record, kryo.getRegistration(entry.type()).getSerializer());
    }

    Object readRecord(Input in) {
        int id = in.readVarInt(true);
        RecordRegistry.Entry<?> entry = registry.byId(id);
        if (entry == null) {
            throw new RecordException("record id " + id + " is not known here; it is from a newer version, or damaged");
        }
        return read(in, entry);
    }

    private <T> T read(Input in, RecordRegistry.Entry<T> entry) {
        Registration registration = kryo.getRegistration(entry.type());
        return kryo.readObject(in, entry.type(), registration.getSerializer());
    }

    private <T> Registration registration(RecordRegistry.Entry<T> entry) {
        return new Registration(entry.type(), new Layout<>(entry), entry.id());
    }

    private static RecordException refusal(RuntimeException damaged) {
        Throwable cause = damaged;
        while (cause instanceof KryoException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof RecordException refused
                ? refused
                : new RecordException("a record cannot be read: " + cause.getMessage(), damaged);
    }

    /** One registered layout, as Kryo sees it. */
    private final class Layout<T> extends Serializer<T> {
        private final RecordRegistry.Entry<T> entry;

        Layout(RecordRegistry.Entry<T> entry) {
            super(false, true);
            this.entry = entry;
        }

        @Override
        public void write(Kryo kryo, Output output, T record) {
            output.writeByte(entry.version());
            entry.writing().write(recordOut, record);
        }

        @Override
        public T read(Kryo kryo, Input input, Class<? extends T> type) {
            int version = input.readByteUnsigned();
            if (version < 1 || version > entry.version()) {
                throw new RecordException(entry.type().getSimpleName() + " has version " + version
                        + "; this build reads up to " + entry.version() + ": upgrade this node");
            }
            return entry.reading().read(recordIn, version);
        }
    }
}
