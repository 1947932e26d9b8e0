package dev.cleave.engine.log;

import java.util.Arrays;

/** The terms of consecutive entries as runs of equal ones: few, since terms change rarely. */
final class TermRuns {
    private static final long[] NONE = new long[0];

    private long[] starts = NONE;
    private long[] terms = NONE;
    private int count;

    /** Notes the term of {@code index}, the entry after all noted before. */
    void append(long index, long term) {
        if (count > 0 && terms[count - 1] == term) {
            return;
        }
        if (count == starts.length) {
            int capacity = Math.max(2, 2 * count);
            starts = Arrays.copyOf(starts, capacity);
            terms = Arrays.copyOf(terms, capacity);
        }
        starts[count] = index;
        terms[count++] = term;
    }

    /** Forgets entries at and after {@code index}. */
    void truncateFrom(long index) {
        while (count > 0 && starts[count - 1] >= index) {
            count--;
        }
    }

    /** Forgets entries up to {@code index}; {@code isEmpty} says that none remain. */
    void dropThrough(long index, boolean isEmpty) {
        if (isEmpty) {
            clear();
            return;
        }
        int gone = 0;
        while (gone + 1 < count && starts[gone + 1] <= index + 1) {
            gone++;
        }
        if (gone > 0) {
            System.arraycopy(starts, gone, starts, 0, count - gone);
            System.arraycopy(terms, gone, terms, 0, count - gone);
            count -= gone;
        }
        if (count > 0) {
            starts[0] = Math.max(starts[0], index + 1);
        }
    }

    void clear() {
        count = 0;
    }

    long[] starts() {
        return Arrays.copyOf(starts, count);
    }

    long[] terms() {
        return Arrays.copyOf(terms, count);
    }
}
