package dev.cleave.engine.kv;

import dev.cleave.engine.base.KeyRange;

/** Changes that happen together or not at all, in the order given. Owned by the one thread that builds it. */
public interface KvBatch extends AutoCloseable {
    void put(KvEngine.Family family, byte[] key, byte[] value);

    void delete(KvEngine.Family family, byte[] key);

    void deleteRange(KvEngine.Family family, KeyRange range);

    /** Approximate bytes gathered so far. */
    long bytes();

    boolean isEmpty();

    /** Frees native memory; {@link KvEngine#write} does it too. */
    @Override
    void close();
}
