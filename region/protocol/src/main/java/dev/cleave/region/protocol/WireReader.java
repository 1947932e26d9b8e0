package dev.cleave.region.protocol;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import dev.cleave.engine.wire.Address;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the building blocks that {@link WireWriter} writes. Trusts nothing: each length and count is held against its bound and
 * against the bytes left before anything is allocated, so a frame can cost no more memory than a small multiple of its own size.
 * Throws nothing but {@link MalformedFrame}. Used by one thread and for one frame.
 */
public final class WireReader {
    private final ByteBuffer from;

    /** Reads the remaining bytes of {@code from}, whose position stays. */
    public WireReader(ByteBuffer from) {
        this.from = from.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    public int u8(String what) {
        return need(1, what).get() & 0xFF;
    }

    public boolean flag(String what) {
        int value = u8(what);
        if (value > 1) {
            throw new MalformedFrame(what + " is " + value + ", expected 0 or 1");
        }
        return value == 1;
    }

    public int u16(String what) {
        return need(2, what).getShort() & 0xFFFF;
    }

    /** Four bytes as they are; may come out negative. */
    public int i32(String what) {
        return need(4, what).getInt();
    }

    /** A number that is never negative and fits an {@code int}. */
    public int count(String what) {
        int value = i32(what);
        if (value < 0) {
            throw new MalformedFrame(what + " is " + Integer.toUnsignedString(value) + ", more than fits");
        }
        return value;
    }

    public long u64(String what) {
        return need(8, what).getLong();
    }

    /** Reads what this build expects to be zero; anything else comes from a newer one. */
    public void zero(int bytes, String what) {
        need(bytes, what);
        for (int i = 0; i < bytes; i++) {
            if (from.get() != 0) {
                throw new MalformedFrame(what + " is not zero: written by a newer version than this one understands");
            }
        }
    }

    public Key key(String what) {
        int length = u16(what);
        if (length > KvCommand.KEY_BYTES_MAX) {
            throw new MalformedFrame(
                    what + " of " + length + " bytes, at most " + KvCommand.KEY_BYTES_MAX + " are allowed");
        }
        return Key.own(bytes(length, what));
    }

    public Value value(String what) {
        Value value = optionalValue(what);
        if (value == null) {
            throw new MalformedFrame(what + " is missing");
        }
        return value;
    }

    public @Nullable Value optionalValue(String what) {
        int length = i32(what);
        if (length == WireWriter.NONE) {
            return null;
        }
        return Value.own(bytes(bounded(length, KvCommand.VALUE_BYTES_MAX, what), what));
    }

    public KeyRange range(String what) {
        Key start = key(what);
        Key end = key(what);
        if (!end.isEmpty() && start.compareTo(end) >= 0) {
            throw new MalformedFrame(what + " starts at " + start + ", not below its end " + end);
        }
        return KeyRange.of(start, end);
    }

    public String text(String what) {
        int length = bounded(i32(what), WireWriter.TEXT_BYTES_MAX, what);
        return new String(bytes(length, what), StandardCharsets.UTF_8);
    }

    public Address address(String what) {
        int port = u16(what);
        String host = text(what);
        if (host.isBlank()) {
            throw new MalformedFrame(what + " has no host");
        }
        return new Address(host, port);
    }

    public @Nullable Address optionalAddress(String what) {
        return flag(what) ? address(what) : null;
    }

    /** One of {@code values} by its place in them, as {@code u8}. */
    public <E> E oneOf(E[] values, String what) {
        int place = u8(what);
        if (place >= values.length) {
            throw new MalformedFrame(what + " " + place + " is unknown to this version");
        }
        return values[place];
    }

    /** A {@code u32} count and that many items of at least {@code itemBytesMin} bytes each. */
    public <T> List<T> list(int itemsMax, int itemBytesMin, String what, Function<WireReader, T> item) {
        int count = bounded(i32(what), itemsMax, what);
        if ((long) count * itemBytesMin > from.remaining()) {
            throw new MalformedFrame(what + ": " + count + " items in " + from.remaining() + " bytes");
        }
        List<T> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            items.add(item.apply(this));
        }
        return items;
    }

    public int remaining() {
        return from.remaining();
    }

    /** To be called last: nothing may be left over. */
    public void end(String what) {
        if (from.hasRemaining()) {
            throw new MalformedFrame(what + " has " + from.remaining() + " bytes too many");
        }
    }

    /** The next {@code length} bytes, copied. */
    public byte[] bytes(int length, String what) {
        need(length, what);
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }

    private static int bounded(int length, int max, String what) {
        if (length < 0 || length > max) {
            throw new MalformedFrame(
                    what + " of " + Integer.toUnsignedString(length) + ", at most " + max + " are allowed");
        }
        return length;
    }

    private ByteBuffer need(int bytes, String what) {
        if (from.remaining() < bytes) {
            throw new MalformedFrame(what + " needs " + bytes + " bytes, but " + from.remaining() + " are left");
        }
        return from;
    }
}
