package dev.cleave.engine.kv;

import dev.cleave.engine.base.KeyRange;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** Walks an iterator of RocksDB over a range. The bounds are given to RocksDB too: what was deleted behind the end is not looked at. */
final class RocksScan {
    private RocksScan() {}

    /** What to do with the pair under the iterator; false ends the walk. */
    interface Step {
        boolean at(RocksIterator iterator);
    }

    /** The caller is counted in. */
    static void walk(
            RocksHandles handles,
            ReadOptions options,
            KvEngine.Family family,
            KeyRange range,
            boolean isReverse,
            Step step)
            throws RocksDBException {
        try (Slice start = new Slice(range.startInclusive().bytes());
                Slice end = new Slice(KeyBounds.end(range))) {
            options.setIterateLowerBound(start);
            if (range.hasEnd()) {
                options.setIterateUpperBound(end);
            }
            try (RocksIterator at = handles.db.newIterator(handles.family(family), options)) {
                walk(at, isReverse, step);
            }
        }
    }

    private static void walk(RocksIterator at, boolean isReverse, Step step) throws RocksDBException {
        if (isReverse) {
            at.seekToLast();
        } else {
            at.seekToFirst();
        }
        while (at.isValid() && step.at(at)) {
            if (isReverse) {
                at.prev();
            } else {
                at.next();
            }
        }
        at.status();
    }
}
