package dev.cleave.engine.base;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An immutable key: bytes ordered as unsigned numbers, shorter first. Owns its array; nobody may change it afterwards.
 * The empty key stands for "the very beginning" as a start and "no end" as an end of a {@link KeyRange}.
 */
public final class Key implements Comparable<Key> {
    public static final Key EMPTY = new Key(new byte[0]);
    private final byte[] bytes;

    private Key(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Takes ownership of {@code bytes}: the caller must not touch the array again. */
    public static Key own(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Key(bytes);
    }

    public static Key copyOf(byte[] bytes) {
        return own(bytes.clone());
    }

    public static Key utf8(String text) {
        return own(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The array itself, lent for reading only. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return bytes.length;
    }

    public boolean isEmpty() {
        return bytes.length == 0;
    }

    /** The smallest key greater than this one. */
    public Key next() {
        return new Key(Arrays.copyOf(bytes, bytes.length + 1));
    }

    @Override
    public int compareTo(Key other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Key that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Printable text as it is, anything else as {@code hex:...}. */
    @Override
    public String toString() {
        return KeyText.format(bytes);
    }
}
