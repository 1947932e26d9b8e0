package dev.cleave.engine.kv;

import dev.cleave.engine.base.KeyRange;
import org.jspecify.annotations.Nullable;

/** A consistent view of the engine at the moment it was taken. Any one thread at a time; close it. */
public interface KvSnapshot extends AutoCloseable {
    byte @Nullable [] get(KvEngine.Family family, byte[] key);

    /** Visits the pairs of {@code range} in order (or in reverse) until the visitor returns false. */
    void scan(KvEngine.Family family, KeyRange range, boolean isReverse, Visitor visitor);

    @Override
    void close();

    /** Sees one pair; the arrays are its own to keep. Returns whether to go on. */
    @FunctionalInterface
    interface Visitor {
        boolean visit(byte[] key, byte[] value);
    }
}
