package dev.cleave.engine.kv;

import dev.cleave.engine.base.KeyRange;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A batch in the layout of RocksDB's own write batch, built in Java so that a put costs no call into native code and a forgotten
 * batch leaks nothing:
 *
 * <pre>
 *  8 bytes   zero (the sequence number, filled in by RocksDB)
 *  4 bytes   number of changes, little endian
 *  then each change:
 *  1 byte    5 put, 4 delete, 14 delete range
 *  varint    column family
 *  varint+n  key (start of the range)
 *  varint+n  value (end of the range); absent for delete
 * </pre>
 */
final class RocksBatch implements KvBatch {
    static final int BYTES_MAX = 256 << 20;
    /** Few changes lie so far apart among all keys that their order does not matter. */
    private static final int SORTED_MIN = 128;

    private static final int HEADER_BYTES = 12;
    private static final byte DELETE = 4;
    private static final byte PUT = 5;
    private static final byte DELETE_RANGE = 14;

    private final RocksStore store;
    private final BatchBuffers buffers;
    private final ChangeOrder order = new ChangeOrder();
    private byte @Nullable [] buffer;
    private int end = HEADER_BYTES;
    private int changes;
    private boolean mayBeSorted = true;

    RocksBatch(RocksStore store, BatchBuffers buffers) {
        this.store = store;
        this.buffers = buffers;
        buffer = buffers.take();
    }

    @Override
    public void put(KvEngine.Family family, byte[] key, byte[] value) {
        KeyBounds.check(key);
        int start = end;
        byte[] into = begin(PUT, family, 10L + key.length + value.length);
        bytes(into, key);
        int keyEnd = end;
        bytes(into, value);
        order.add(start, keyEnd - key.length, keyEnd, end);
    }

    @Override
    public void delete(KvEngine.Family family, byte[] key) {
        KeyBounds.check(key);
        int start = end;
        bytes(begin(DELETE, family, 5L + key.length), key);
        order.add(start, end - key.length, end, end);
    }

    @Override
    public void deleteRange(KvEngine.Family family, KeyRange range) {
        mayBeSorted = false;
        byte[] start = range.startInclusive().bytes();
        byte[] stop = KeyBounds.end(range);
        byte[] into = begin(DELETE_RANGE, family, 10L + start.length + stop.length);
        bytes(into, start);
        bytes(into, stop);
    }

    @Override
    public long bytes() {
        return end - HEADER_BYTES;
    }

    @Override
    public boolean isEmpty() {
        return changes == 0;
    }

    /** The encoded batch in an array of exactly its size; by key, if it holds many changes. */
    byte[] encoded() {
        byte[] from = open();
        boolean isSorted = mayBeSorted && order.count() >= SORTED_MIN;
        byte[] all = isSorted ? new byte[end] : Arrays.copyOf(from, end);
        for (int i = 0; i < 8; i++) {
            all[i] = 0;
        }
        for (int i = 0; i < 4; i++) {
            all[8 + i] = (byte) (changes >>> (8 * i));
        }
        if (isSorted) {
            order.copySorted(from, all, HEADER_BYTES);
        }
        return all;
    }

    boolean belongsTo(RocksStore other) {
        return store.equals(other);
    }

    @Override
    public void close() {
        byte[] used = buffer;
        buffer = null;
        if (used != null) {
            buffers.giveBack(used);
        }
    }

    private byte[] open() {
        byte[] current = buffer;
        if (current == null) {
            throw new IllegalStateException("this batch was written or closed before; take a new one");
        }
        return current;
    }

    private byte[] begin(byte kind, KvEngine.Family family, long moreBytesMax) {
        byte[] into = room(open(), 6 + moreBytesMax);
        into[end++] = kind;
        varint(into, store.familyId(family));
        changes++;
        return into;
    }

    private byte[] room(byte[] current, long moreBytes) {
        long needed = end + moreBytes;
        if (needed <= current.length) {
            return current;
        }
        if (needed > BYTES_MAX) {
            throw new IllegalStateException("a batch holds at most " + BYTES_MAX + " bytes; write it in parts");
        }
        byte[] larger = Arrays.copyOf(current, (int) Math.min(BYTES_MAX, Math.max(needed, 2L * current.length)));
        buffer = larger;
        return larger;
    }

    private void bytes(byte[] into, byte[] bytes) {
        varint(into, bytes.length);
        System.arraycopy(bytes, 0, into, end, bytes.length);
        end += bytes.length;
    }

    private void varint(byte[] into, int number) {
        int rest = number;
        while (rest >= 0x80) {
            into[end++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        into[end++] = (byte) rest;
    }
}
