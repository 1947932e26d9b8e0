package dev.cleave.region.protocol;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client asks of one region. */
public sealed interface KvCommand {
    /** Exhaustive choice: a new variant does not compile until all have answered. */
    <R> R match(Cases<R> cases);

    /** One answer per variant. */
    interface Cases<R> {
        R onPut(Put put);

        R onDelete(Delete delete);

        R onBatch(Batch batch);

        R onDeleteRange(DeleteRange deleteRange);

        R onCompareAndSet(CompareAndSet compareAndSet);

        R onGet(Get get);

        R onBatchGet(BatchGet batchGet);

        R onScan(Scan scan);
    }

    int KEY_BYTES_MAX = 4 << 10;
    int VALUE_BYTES_MAX = 4 << 20;
    int BATCH_ITEMS_MAX = 10_000;
    int SCAN_LIMIT_MAX = 10_000;
    /** A hundred years. */
    long TTL_MILLIS_MAX = 3_155_760_000_000L;

    /** Whether it goes through the log. */
    boolean isWrite();

    /**
     * Sets a key.
     *
     * @param ttlMillis how long the value lives, from when the region's leader took the command in; 0 for ever
     */
    record Put(Key key, Value value, long ttlMillis) implements KvCommand {
        public Put(Key key, Value value) {
            this(key, value, 0);
        }

        @Override
        public boolean isWrite() {
            return true;
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onPut(this);
        }
    }

    record Delete(Key key) implements KvCommand {
        @Override
        public boolean isWrite() {
            return true;
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onDelete(this);
        }
    }

    /** Puts (value present) and deletes (value null), atomic within the region. */
    record Batch(List<Change> changes) implements KvCommand {
        public Batch {
            changes = List.copyOf(changes);
        }

        @Override
        public boolean isWrite() {
            return true;
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onBatch(this);
        }
    }

    /** One change of a batch; a null value deletes. */
    record Change(Key key, @Nullable Value value) {}

    /** Deletes every key of a range that lies inside the region. */
    record DeleteRange(KeyRange range) implements KvCommand {
        @Override
        public boolean isWrite() {
            return true;
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onDeleteRange(this);
        }
    }

    /**
     * Sets the key to {@code next} (null deletes) if it now holds {@code expected} (null: is absent, or has expired).
     *
     * @param ttlMillis how long {@code next} lives, from when the region's leader took the command in; 0 for ever
     */
    record CompareAndSet(
            Key key, @Nullable Value expected, @Nullable Value next, long ttlMillis) implements KvCommand {
        public CompareAndSet(Key key, @Nullable Value expected, @Nullable Value next) {
            this(key, expected, next, 0);
        }

        @Override
        public boolean isWrite() {
            return true;
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onCompareAndSet(this);
        }
    }

    record Get(Key key) implements KvCommand {
        @Override
        public boolean isWrite() {
            return false;
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onGet(this);
        }
    }

    record BatchGet(List<Key> keys) implements KvCommand {
        public BatchGet {
            keys = List.copyOf(keys);
        }

        @Override
        public boolean isWrite() {
            return false;
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onBatchGet(this);
        }
    }

    /** One page: pairs of {@code range} in order or in reverse, at most {@code limit} and about {@code bytesMax}. */
    record Scan(KeyRange range, int limit, int bytesMax, boolean isReverse, boolean isKeysOnly) implements KvCommand {
        @Override
        public boolean isWrite() {
            return false;
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onScan(this);
        }
    }
}
