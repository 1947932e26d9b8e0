package dev.cleave.region.raft;

import dev.cleave.engine.base.Invariant;
import java.util.Arrays;

/**
 * The terms of a log as runs of equal term: the start of each run and its term. Entries are {@code base + 1 .. last};
 * of {@code base} itself ("last included") the term is known too. Look-ups are O(log runs), and never touch a disk.
 */
final class TermRuns {
    static final long UNKNOWN = -1;

    private long base;
    private long baseTerm;
    private long last;
    private long[] starts;
    private long[] terms;
    private int count;

    TermRuns(long base, long baseTerm, long last, long[] starts, long[] terms) {
        this.base = base;
        this.baseTerm = baseTerm;
        this.last = last;
        this.count = starts.length;
        this.starts = Arrays.copyOf(starts, Math.max(1, count));
        this.terms = Arrays.copyOf(terms, Math.max(1, count));
    }

    long base() {
        return base;
    }

    long baseTerm() {
        return baseTerm;
    }

    long last() {
        return last;
    }

    long lastTerm() {
        return count == 0 ? baseTerm : terms[count - 1];
    }

    /** The term at {@code index}, or {@link #UNKNOWN} outside {@code base..last}. */
    long term(long index) {
        if (index < base || index > last) {
            return UNKNOWN;
        }
        if (index == base) {
            return baseTerm;
        }
        if (index >= starts[count - 1]) {
            return terms[count - 1];
        }
        int at = Arrays.binarySearch(starts, 0, count, index);
        return terms[at >= 0 ? at : -at - 2];
    }

    void append(long term) {
        Invariant.check(term >= lastTerm(), "terms never fall along the log", term, lastTerm());
        last++;
        if (count > 0 && terms[count - 1] == term) {
            return;
        }
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, count * 2);
            terms = Arrays.copyOf(terms, count * 2);
        }
        starts[count] = last;
        terms[count++] = term;
    }

    /** Lets go of room that it has grown to and does not need. */
    void trim() {
        int room = Math.max(1, count);
        if (starts.length > room) {
            starts = Arrays.copyOf(starts, room);
            terms = Arrays.copyOf(terms, room);
        }
    }

    /** Drops entries at and after {@code index}. */
    void truncateFrom(long index) {
        Invariant.check(index > base, "what was compacted is not truncated", index, base);
        while (count > 0 && starts[count - 1] >= index) {
            count--;
        }
        last = index - 1;
    }

    /** Forgets entries up to and including {@code index}, which is held. */
    void compactTo(long index) {
        long term = term(index);
        Invariant.check(term != UNKNOWN, "a log is compacted up to an entry that it holds", index, last);
        int drop = 0;
        while (drop < count && (drop + 1 < count ? starts[drop + 1] - 1 : last) <= index) {
            drop++;
        }
        count -= drop;
        System.arraycopy(starts, drop, starts, 0, count);
        System.arraycopy(terms, drop, terms, 0, count);
        if (count > 0) {
            starts[0] = index + 1;
        }
        base = index;
        baseTerm = term;
    }

    void reset(long index, long term) {
        base = index;
        baseTerm = term;
        last = index;
        count = 0;
    }

    /**
     * The largest index ≤ {@code from} whose term is ≤ {@code term}: where two logs may still agree if one of them has
     * {@code term} at {@code from}. {@code base - 1} if none that is held (its term is unknown).
     */
    long agreement(long from, long term) {
        long at = Math.min(from, last);
        for (int run = count - 1; run >= 0 && at > base; run--) {
            if (starts[run] > at) {
                continue;
            }
            if (terms[run] <= term) {
                return at;
            }
            at = starts[run] - 1;
        }
        if (at < base) {
            return at;
        }
        return baseTerm <= term ? at : Math.max(0, base - 1);
    }
}
