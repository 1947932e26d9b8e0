package dev.cleave.region.raft;

import java.util.ArrayList;
import java.util.List;

/** Entries in memory, some of which can be made cold. */
final class TestEntries implements EntryStore {
    private final List<Entry> entries = new ArrayList<>();
    long base;
    /** Entries up to here are cold, except hotFirst..hotLast. */
    long coldTo;

    long hotFirst;
    long hotLast;
    /** The entries of the append being stepped. */
    Entry[] incoming = {};

    long last() {
        return base + entries.size();
    }

    Entry get(long index) {
        if (index <= base || index > last()) {
            throw new AssertionError("entry " + index + " is outside " + (base + 1) + ".." + last());
        }
        return entries.get((int) (index - base - 1));
    }

    void append(Entry entry) {
        if (entry.index() != last() + 1) {
            throw new AssertionError("entry " + entry.index() + " after " + last());
        }
        entries.add(entry);
    }

    void truncateFrom(long index) {
        while (last() >= index) {
            entries.remove(entries.size() - 1);
        }
    }

    void compactTo(long index) {
        entries.subList(0, (int) (index - base)).clear();
        base = index;
    }

    void reset(long index) {
        entries.clear();
        base = index;
    }

    private boolean isCold(long index) {
        return index <= coldTo && (index < hotFirst || index > hotLast);
    }

    @Override
    public long fit(long first, long last, int bytesMax) {
        if (isCold(first)) {
            return 0;
        }
        long it = first;
        long bytes = get(first).bytes();
        get(last);
        while (it < last && !isCold(it + 1) && bytes + get(it + 1).bytes() <= bytesMax) {
            bytes += get(++it).bytes();
        }
        return it;
    }

    @Override
    public long bytes(long first, long last) {
        long bytes = 0;
        for (long i = first; i <= last; i++) {
            bytes += get(i).bytes();
        }
        return bytes;
    }

    @Override
    public void accept(RaftMessage append, long firstIndex) {
        truncateFrom(firstIndex);
        for (Entry entry : incoming) {
            if (entry.index() >= firstIndex) {
                append(entry);
            }
        }
        if (last() != append.lastIndex) {
            throw new AssertionError("accepted up to " + last() + " of " + append);
        }
    }

    @Override
    public void create(long index, long term, byte type, byte[] payload) {
        append(new Entry(index, term, type, payload));
    }
}
