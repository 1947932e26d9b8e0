package dev.cleave.engine.kv;

import dev.cleave.engine.base.KeyRange;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A {@link MemoryState} held on to. */
final class MemorySnapshot implements KvSnapshot {
    private final MemoryStore store;
    private volatile MemoryState state;
    private boolean isClosed;

    MemorySnapshot(MemoryStore store, MemoryState state) {
        this.store = store;
        this.state = state;
    }

    @Override
    public byte @Nullable [] get(KvEngine.Family family, byte[] key) {
        checkOpen();
        byte[] value = state.family(family).get(key);
        return value == null ? null : value.clone();
    }

    @Override
    public void scan(KvEngine.Family family, KeyRange range, boolean isReverse, Visitor visitor) {
        within(family, range).visit(isReverse, visitor);
    }

    SortedPairs within(KvEngine.Family family, KeyRange range) {
        checkOpen();
        return state.family(family).within(range);
    }

    boolean belongsTo(MemoryStore other) {
        return store.equals(other);
    }

    /** Files were unlinked that it could see. */
    void lose(UnaryOperator<MemoryState> loss) {
        state = loss.apply(state);
    }

    @Override
    public void close() {
        isClosed = true;
        store.forget(this);
    }

    private void checkOpen() {
        store.checkOpen();
        if (isClosed) {
            throw new IllegalStateException("the snapshot is closed");
        }
    }
}
