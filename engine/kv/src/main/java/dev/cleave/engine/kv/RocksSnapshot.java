package dev.cleave.engine.kv;

import dev.cleave.engine.base.KeyRange;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.Snapshot;

/** A RocksDB snapshot. One thread at a time; freed by {@link #close} or, at the latest, by the store's. */
final class RocksSnapshot implements KvSnapshot {
    private static final int BULK_READAHEAD_BYTES = 1 << 20;

    private final RocksStore store;
    private final RocksHandles handles;
    private final UseCount uses;
    private final Snapshot snapshot;
    private final ReadOptions read;
    private volatile boolean isClosed;

    /** The caller is counted in. */
    RocksSnapshot(RocksStore store, RocksHandles handles, UseCount uses) {
        this.store = store;
        this.handles = handles;
        this.uses = uses;
        snapshot = handles.db.getSnapshot();
        read = new ReadOptions().setSnapshot(snapshot);
    }

    @Override
    public byte @Nullable [] get(KvEngine.Family family, byte[] key) {
        enter();
        try {
            return handles.db.get(handles.family(family), read, key);
        } catch (RocksDBException failed) {
            throw store.failure("read", failed);
        } finally {
            uses.leave();
        }
    }

    @Override
    public void scan(KvEngine.Family family, KeyRange range, boolean isReverse, Visitor visitor) {
        enter();
        try (ReadOptions options = new ReadOptions().setSnapshot(snapshot)) {
            scan(options, family, range, isReverse, visitor);
        } finally {
            uses.leave();
        }
    }

    /** Visits all of {@code range} in order, past the cache: for exports, which would empty it. */
    void scanInBulk(KeyRange range, Visitor visitor) {
        enter();
        try (ReadOptions options = new ReadOptions().setSnapshot(snapshot)) {
            options.setFillCache(false).setReadaheadSize(BULK_READAHEAD_BYTES);
            scan(options, KvEngine.Family.DATA, range, false, visitor);
        } finally {
            uses.leave();
        }
    }

    boolean belongsTo(RocksStore other) {
        return store.equals(other);
    }

    @Override
    public void close() {
        isClosed = true;
        if (uses.tryEnter()) {
            try {
                if (store.forget(this)) {
                    release();
                }
            } finally {
                uses.leave();
            }
        }
    }

    /** Frees the native objects, once, while the database is open. */
    void release() {
        isClosed = true;
        read.close();
        handles.db.releaseSnapshot(snapshot); // closing it alone would pin every version for ever
        snapshot.close();
    }

    private void enter() {
        uses.enter();
        if (isClosed) {
            uses.leave();
            throw new IllegalStateException("the snapshot is closed");
        }
    }

    private void scan(ReadOptions options, KvEngine.Family family, KeyRange range, boolean isReverse, Visitor visitor) {
        try {
            RocksScans.walk(handles, options, family, range, isReverse, at -> visitor.visit(at.key(), at.value()));
        } catch (RocksDBException failed) {
            throw store.failure("scan", failed);
        }
    }
}
