package dev.cleave.engine.base;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** An immutable value. Owns its array; nobody may change it afterwards. */
public final class Value {
    private final byte[] bytes;

    private Value(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Takes ownership of {@code bytes}: the caller must not touch the array again. */
    public static Value own(byte[] bytes) {
        return new Value(bytes);
    }

    public static Value utf8(String text) {
        return own(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The array itself, lent for reading only. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Value that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length <= 64 ? KeyText.format(bytes) : bytes.length + " bytes";
    }
}
