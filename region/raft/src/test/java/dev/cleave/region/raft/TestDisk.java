package dev.cleave.region.raft;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** One replica's disk: what is durable, and the batches written but not forced. */
final class TestDisk {
    /** One Ready's record, with what waits for its force. */
    static final class Batch {
        boolean hasHardState;
        HardState hardState = HardState.EMPTY;
        Entry[] entries = {};
        boolean mustSync;
        long markTerm;
        long markIndex;
        List<Letter> promises = new ArrayList<>();
        Runnable then = () -> {};
    }

    HardState hardState = HardState.EMPTY;
    long base;
    long baseTerm;
    final List<Entry> log = new ArrayList<>();
    Machine flushed = Machine.EMPTY;
    final Deque<Batch> unforced = new ArrayDeque<>();

    long last() {
        return base + log.size();
    }

    boolean has(long index, long term) {
        if (index == base) {
            return baseTerm == term;
        }
        return index > base
                && index <= last()
                && log.get((int) (index - base - 1)).term() == term;
    }

    void write(Batch batch) {
        if (batch.hasHardState) {
            hardState = batch.hardState;
        }
        for (int i = 0; i < batch.entries.length; i++) {
            Entry entry = batch.entries[i];
            if (i == 0) {
                if (entry.index() > last() + 1 || entry.index() <= base) {
                    throw new AssertionError("a hole on disk: " + entry.index() + " after " + base + ".." + last());
                }
                log.subList((int) (entry.index() - base - 1), log.size()).clear();
            }
            log.add(entry);
        }
    }

    void compactTo(long index, long term) {
        log.subList(0, (int) (index - base)).clear();
        base = index;
        baseTerm = term;
    }

    void reset(Machine image, HardState hard) {
        log.clear();
        base = image.applied();
        baseTerm = image.appliedTerm();
        hardState = hard;
        flushed = image;
    }

    Restored restored() {
        List<Long> starts = new ArrayList<>();
        List<Long> terms = new ArrayList<>();
        for (Entry entry : log) {
            if (terms.isEmpty() || terms.get(terms.size() - 1) != entry.term()) {
                starts.add(entry.index());
                terms.add(entry.term());
            }
        }
        return new Restored(
                hardState,
                flushed.membership(),
                base,
                baseTerm,
                last(),
                starts.stream().mapToLong(Long::longValue).toArray(),
                terms.stream().mapToLong(Long::longValue).toArray(),
                flushed.applied());
    }
}
