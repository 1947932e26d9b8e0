package dev.cleave.engine.kv;

import dev.cleave.engine.base.KeyRange;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A batch for a {@link MemoryStore}: its changes in order. */
final class MemoryBatch implements KvBatch {
    private final MemoryStore store;
    private final List<UnaryOperator<MemoryState>> changes = new ArrayList<>();
    private long bytes;
    private boolean isClosed;

    MemoryBatch(MemoryStore store) {
        this.store = store;
    }

    @Override
    public void put(KvEngine.Family family, byte[] key, byte[] value) {
        KeyBounds.check(key);
        byte[] ownKey = key.clone();
        byte[] ownValue = value.clone();
        add(
                key.length + value.length,
                state -> state.with(family, state.family(family).with(ownKey, ownValue)));
    }

    @Override
    public void delete(KvEngine.Family family, byte[] key) {
        KeyBounds.check(key);
        byte[] ownKey = key.clone();
        add(key.length, state -> state.with(family, state.family(family).without(ownKey)));
    }

    @Override
    public void deleteRange(KvEngine.Family family, KeyRange range) {
        add(
                range.startInclusive().length() + range.endExclusive().length(),
                state -> state.with(family, state.family(family).without(range)));
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public boolean isEmpty() {
        return changes.isEmpty();
    }

    boolean belongsTo(MemoryStore other) {
        return store.equals(other);
    }

    MemoryState applyTo(MemoryState state) {
        checkOpen();
        MemoryState changed = state;
        for (UnaryOperator<MemoryState> change : changes) {
            changed = change.apply(changed);
        }
        return changed;
    }

    @Override
    public void close() {
        isClosed = true;
    }

    private void add(int changeBytes, UnaryOperator<MemoryState> change) {
        checkOpen();
        changes.add(change);
        bytes += changeBytes + 4; // about what RocksDB's layout adds
    }

    private void checkOpen() {
        if (isClosed) {
            throw new IllegalStateException("this batch was written or closed before; take a new one");
        }
    }
}
