package dev.cleave.engine.kv;

import org.jspecify.annotations.Nullable;

/**
 * What a look into the engine's memory alone has found.
 *
 * @param value what the key holds, if it was found; the array is the caller's own
 */
public record MemoryRead(Kind kind, byte @Nullable [] value) {
    /** What memory can tell of a key. */
    public enum Kind {
        FOUND,
        /** The key holds nothing. */
        ABSENT,
        /** Only the disk knows, or the value is larger than was asked for. */
        ELSEWHERE
    }

    public static final MemoryRead ABSENT = new MemoryRead(Kind.ABSENT, null);
    public static final MemoryRead ELSEWHERE = new MemoryRead(Kind.ELSEWHERE, null);

    public static MemoryRead found(byte[] value) {
        return new MemoryRead(Kind.FOUND, value);
    }
}
