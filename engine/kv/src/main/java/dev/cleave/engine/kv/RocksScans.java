package dev.cleave.engine.kv;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.kv.KvEngine.Family;
import dev.cleave.engine.kv.KvEngine.LentVisitor;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/**
 * Scans of a RocksDB: iterators over ranges. The bounds of a range are given to RocksDB too, so that what was deleted behind its end is not looked at. An iterator
 * is a consistent view by itself.
 */
@AnyThread
final class RocksScans {
    /** Deleted and hidden pairs between two of a scan in memory. */
    private static final long SKIPPED_IN_MEMORY_MAX = 64;

    private final RocksStore store;
    private final RocksHandles handles;
    private final UseCount uses;
    private final ScanCompaction compaction;
    /** For each of the few threads that scan. */
    private final ThreadLocal<LentPair> lent = ThreadLocal.withInitial(LentPair::new);

    RocksScans(RocksStore store, RocksHandles handles, UseCount uses, ScanCompaction compaction) {
        this.store = store;
        this.handles = handles;
        this.uses = uses;
        this.compaction = compaction;
    }

    /** What to do with the pair under the iterator; false ends the walk. */
    interface Step {
        boolean at(RocksIterator iterator);
    }

    void scan(Family family, KeyRange range, boolean isReverse, LentVisitor visitor) {
        uses.enter();
        try (ReadOptions options = new ReadOptions()) {
            lend(options, family, range, isReverse, visitor);
        } catch (RocksDBException failed) {
            throw store.failure("scan", failed);
        } finally {
            uses.leave();
        }
    }

    boolean scanMemory(KeyRange dataRange, boolean isReverse, LentVisitor visitor) {
        uses.enter();
        try (ReadOptions options = new ReadOptions()) {
            // The last user of files that a compaction has replaced unlinks them: let somebody else do that.
            options.setReadTier(ReadTier.BLOCK_CACHE_TIER)
                    .setMaxSkippableInternalKeys(SKIPPED_IN_MEMORY_MAX)
                    .setBackgroundPurgeOnIteratorCleanup(true);
            lend(options, Family.DATA, dataRange, isReverse, visitor);
            return true;
        } catch (RocksDBException incompleteOrFailed) {
            return false;
        } finally {
            uses.leave();
        }
    }

    private void lend(ReadOptions options, Family family, KeyRange range, boolean isReverse, LentVisitor visitor)
            throws RocksDBException {
        LentPair pair = lent.get();
        try {
            walk(handles, options, family, range, isReverse, at -> pair.show(at, visitor));
        } finally {
            compaction.passed(pair.rest());
        }
    }

    /** The caller is counted in. */
    static void walk(
            RocksHandles handles, ReadOptions options, Family family, KeyRange range, boolean isReverse, Step step)
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
