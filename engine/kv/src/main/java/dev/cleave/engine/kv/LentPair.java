package dev.cleave.engine.kv;

import dev.cleave.engine.base.OwnedBy;
import org.rocksdb.RocksIterator;

/** Where a scan copies the pair under its iterator to, one after the other. A large value makes it grow, for one scan. */
@OwnedBy("the thread that scans")
final class LentPair {
    private static final int VALUE_BYTES_KEPT = 64 << 10;
    private static final int VALUE_BYTES_FIRST = 1 << 10;

    private final byte[] key = new byte[KeyBounds.KEY_BYTES_MAX];
    private byte[] value = new byte[VALUE_BYTES_FIRST];
    private int shown;

    /** What the visitor says of the pair under {@code at}. */
    boolean show(RocksIterator at, KvEngine.LentVisitor visitor) {
        shown++;
        int keyBytes = at.key(key, 0, key.length);
        int valueBytes = at.value(value, 0, value.length);
        if (valueBytes > value.length) {
            value = new byte[Math.max(valueBytes, 2 * value.length)];
            valueBytes = at.value(value, 0, value.length);
        }
        return visitor.visit(key, keyBytes, value, valueBytes);
    }

    /** To be called when the scan is over; returns how many pairs it has shown. */
    int rest() {
        if (value.length > VALUE_BYTES_KEPT) {
            value = new byte[VALUE_BYTES_FIRST];
        }
        int pairs = shown;
        shown = 0;
        return pairs;
    }
}
