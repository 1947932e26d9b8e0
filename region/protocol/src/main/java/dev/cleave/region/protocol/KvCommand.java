package dev.cleave.region.protocol;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client asks of one region. */
public sealed interface KvCommand {
    int KEY_BYTES_MAX = 4 << 10;
    int VALUE_BYTES_MAX = 4 << 20;
    int BATCH_ITEMS_MAX = 10_000;
    int SCAN_LIMIT_MAX = 10_000;

    /** Whether it goes through the log. */
    boolean isWrite();

    record Put(Key key, Value value) implements KvCommand {
        @Override
        public boolean isWrite() {
            return true;
        }
    }

    record Delete(Key key) implements KvCommand {
        @Override
        public boolean isWrite() {
            return true;
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
    }

    /** One change of a batch; a null value deletes. */
    record Change(Key key, @Nullable Value value) {}

    /** Deletes every key of a range that lies inside the region. */
    record DeleteRange(KeyRange range) implements KvCommand {
        @Override
        public boolean isWrite() {
            return true;
        }
    }

    /** Sets the key to {@code next} (null deletes) if it now holds {@code expected} (null: is absent). */
    record CompareAndSet(
            Key key, @Nullable Value expected, @Nullable Value next) implements KvCommand {
        @Override
        public boolean isWrite() {
            return true;
        }
    }

    record Get(Key key) implements KvCommand {
        @Override
        public boolean isWrite() {
            return false;
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
    }

    /** One page: pairs of {@code range} in order or in reverse, at most {@code limit} and about {@code bytesMax}. */
    record Scan(KeyRange range, int limit, int bytesMax, boolean isReverse, boolean isKeysOnly) implements KvCommand {
        @Override
        public boolean isWrite() {
            return false;
        }
    }
}
