package dev.cleave.engine.kv;

import dev.cleave.engine.base.OwnedBy;
import java.util.concurrent.atomic.LongAdder;
import org.rocksdb.MutableColumnFamilyOptions;
import org.rocksdb.RocksDBException;

/**
 * Compaction that scans have paid for. A scan walks through every sorted run, the write buffer and each file of level 0, and steps over what was written over since:
 * several times as much work as one run would be. RocksDB merges level 0 once four files lie there, or never if nothing is written any more. So it is done sooner where
 * scans have passed as many pairs as there are: then merging costs about as much as what they have done already (the argument of the ski rental problem, and much like LevelDB's
 * compaction after seeks).
 *
 * <p>RocksDB's own threads merge: until level 0 is found empty, or has been looked at ten times, one file there is made reason enough.
 */
@OwnedBy("whoever asks for it, one at a time")
final class ScanCompaction {
    /** How many files of level 0 start a compaction if nobody scans. */
    static final int FILES_MIN = 4;

    /** So many must have been passed in any case: of data that were deleted RocksDB estimates that next to nothing is there. */
    private static final long PAIRS_MIN = 1_000;

    /** Where much is written meanwhile level 0 may never be found empty. */
    private static final int EAGER_LOOKS_MAX = 10;

    private static final String FILES = "rocksdb.num-files-at-level0";
    private static final String BUFFERED_BYTES = "rocksdb.cur-size-active-mem-table";
    private static final String PAIRS = "rocksdb.estimate-num-keys";

    private final RocksStore store;
    private final RocksHandles handles;
    private final long worthBytes;
    /** Pairs that scans have passed. */
    private final LongAdder passed = new LongAdder();

    private long paid;
    /** How often to ask still whether level 0 is empty; 0 if nothing was begun. */
    private int eagerLooks;

    /** @param worthBytes a write buffer that holds less is left alone */
    ScanCompaction(RocksStore store, RocksHandles handles, long worthBytes) {
        this.store = store;
        this.handles = handles;
        this.worthBytes = worthBytes;
    }

    /** Any thread. */
    void passed(int pairs) {
        passed.add(pairs);
    }

    /** Returns whether anything was begun. The caller is counted in. */
    boolean work(boolean mayBegin) throws RocksDBException {
        int files = files();
        if (eagerLooks > 0) {
            eagerLooks = files == 0 ? 0 : eagerLooks - 1;
            if (eagerLooks == 0) {
                startsAt(FILES_MIN);
            }
            return false;
        }
        long passedNow = passed.sum();
        long price = Math.max(PAIRS_MIN, handles.db.getLongProperty(handles.data, PAIRS));
        boolean isPaid = passedNow - paid >= price;
        boolean isWorth = files >= 2 || handles.db.getLongProperty(handles.data, BUFFERED_BYTES) >= worthBytes;
        if (!mayBegin || !isPaid || !isWorth) {
            return false;
        }
        paid = passedNow;
        store.flushAll();
        startsAt(1);
        eagerLooks = EAGER_LOOKS_MAX;
        return true;
    }

    /** How many of level 0 there are now; the caller is counted in. */
    int files() throws RocksDBException {
        return Integer.parseInt(handles.db.getProperty(handles.data, FILES));
    }

    private void startsAt(int files) throws RocksDBException {
        handles.db.setOptions(
                handles.data,
                MutableColumnFamilyOptions.builder()
                        .setLevel0FileNumCompactionTrigger(files)
                        .build());
    }
}
