package dev.cleave.region.protocol;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import dev.cleave.engine.wire.Address;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes the small building blocks of all layouts, little endian, into a heap buffer that grows up to a bound. Used by one thread
 * and for one frame. {@link WireReader} reads the same blocks:
 *
 * <pre>
 * key             u16 length, bytes
 * value           u32 length, bytes
 * optional value  u32 length or FFFFFFFF for "none", bytes
 * text            u32 length, UTF-8; longer than {@link #TEXT_BYTES_MAX} is cut
 * address         u16 port, text
 * optional x      u8 0 or 1, x if 1
 * range           key, key
 * </pre>
 */
public final class WireWriter {
    /** The longest text: 8 KiB. */
    public static final int TEXT_BYTES_MAX = 8 << 10;

    static final int NONE = -1;

    private final int bytesMax;
    private ByteBuffer buffer;

    /**
     * @param bytesExpected how much to allocate at first; exact is best
     * @param bytesMax beyond it, writing throws {@link IllegalArgumentException}
     */
    public WireWriter(int bytesExpected, int bytesMax) {
        this.bytesMax = bytesMax;
        this.buffer = wrap(new byte[Math.min(bytesExpected, bytesMax)]);
    }

    public WireWriter u8(int value) {
        ensure(1).put((byte) value);
        return this;
    }

    public WireWriter flag(boolean value) {
        return u8(value ? 1 : 0);
    }

    public WireWriter u16(int value) {
        ensure(2).putShort((short) value);
        return this;
    }

    public WireWriter u32(int value) {
        ensure(4).putInt(value);
        return this;
    }

    public WireWriter u64(long value) {
        ensure(8).putLong(value);
        return this;
    }

    public WireWriter key(Key key) {
        if (key.length() > 0xFFFF) {
            throw new IllegalArgumentException("key of " + key.length() + " bytes does not fit a frame, at most "
                    + KvCommand.KEY_BYTES_MAX + " are allowed");
        }
        u16(key.length());
        ensure(key.length()).put(key.bytes());
        return this;
    }

    public WireWriter value(Value value) {
        u32(value.length());
        ensure(value.length()).put(value.bytes());
        return this;
    }

    public WireWriter optionalValue(@Nullable Value value) {
        return value == null ? u32(NONE) : value(value);
    }

    public WireWriter range(KeyRange range) {
        return key(range.startInclusive()).key(range.endExclusive());
    }

    /** Text for people: cut, not refused, when it is too long. */
    public WireWriter text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, TEXT_BYTES_MAX);
        while (length < bytes.length && (bytes[length] & 0xC0) == 0x80) {
            length--;
        }
        u32(length);
        ensure(length).put(bytes, 0, length);
        return this;
    }

    public WireWriter address(Address address) {
        return u16(address.port()).text(address.host());
    }

    public WireWriter optionalAddress(@Nullable Address address) {
        return address == null ? flag(false) : flag(true).address(address);
    }

    /** Appends the remaining bytes of {@code bytes}, whose position stays. */
    public WireWriter bytes(ByteBuffer bytes) {
        ensure(bytes.remaining()).put(bytes.duplicate());
        return this;
    }

    /** How many bytes have been written. */
    public int size() {
        return buffer.position();
    }

    /** What was written: little endian, from position 0. The writer must not be used afterwards. */
    public ByteBuffer finish() {
        return buffer.flip();
    }

    private ByteBuffer ensure(int bytes) {
        if (buffer.remaining() < bytes) {
            long needed = (long) buffer.position() + bytes;
            if (needed > bytesMax) {
                throw new IllegalArgumentException(
                        "does not fit: " + needed + " bytes or more, at most " + bytesMax + " are allowed");
            }
            int capacity = (int) Math.min(bytesMax, Math.max(needed, Math.max(64, 2L * buffer.capacity())));
            int position = buffer.position();
            buffer = wrap(Arrays.copyOf(buffer.array(), capacity)).position(position);
        }
        return buffer;
    }

    private static ByteBuffer wrap(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
