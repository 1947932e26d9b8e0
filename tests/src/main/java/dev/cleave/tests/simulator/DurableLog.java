package dev.cleave.tests.simulator;

import dev.cleave.engine.base.EntryLayout;
import dev.cleave.engine.log.GroupImage;
import dev.cleave.engine.log.LogWrite;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** What one store's log durably holds of one group, as its acknowledged writes say: the referee's own account, kept beside the log's. */
final class DurableLog {
    final long replicaId;
    private boolean hasHardState;
    private long term;
    private long vote;
    private long commit;
    private long base;
    private byte[] mark = {};
    private long appliedTo;
    private final TreeMap<Long, Long> terms = new TreeMap<>();

    DurableLog(long replicaId) {
        this.replicaId = replicaId;
    }

    static DurableLog of(GroupImage image) {
        DurableLog log = new DurableLog(image.replicaId());
        log.hasHardState = image.hasHardState();
        log.term = image.term();
        log.vote = image.votedFor();
        log.commit = image.commit();
        log.base = image.compactIndex();
        log.mark = image.mark();
        for (int run = 0; run < image.runStarts().length; run++) {
            long end = run + 1 < image.runStarts().length ? image.runStarts()[run + 1] - 1 : image.lastIndex();
            for (long index = image.runStarts()[run]; index <= end; index++) {
                log.terms.put(index, image.runTerms()[run]);
            }
        }
        return log;
    }

    /** Takes in a section; true if it replaced entries by others. */
    boolean take(LogWrite.View section) {
        if (section.hasReset()) {
            terms.clear();
            base = section.resetIndex();
        }
        boolean isFork = false;
        for (ByteBuffer entry : section.entries()) {
            long index = EntryLayout.index(entry, entry.position());
            isFork |= !terms.tailMap(index, true).isEmpty();
            terms.tailMap(index, true).clear();
            terms.put(index, EntryLayout.term(entry, entry.position()));
        }
        if (section.hasHardState()) {
            hasHardState = true;
            term = section.term();
            vote = section.votedFor();
            commit = section.commit();
        }
        if (section.compactIndex() > base) {
            base = section.compactIndex();
            terms.headMap(base, true).clear();
        }
        if (section.hasMark()) {
            mark = section.mark();
        }
        return isFork;
    }

    boolean hasHardState() {
        return hasHardState;
    }

    long term() {
        return term;
    }

    long commit() {
        return commit;
    }

    long vote() {
        return vote;
    }

    long last() {
        return terms.isEmpty() ? base : Math.max(base, terms.lastKey());
    }

    /** The term of each entry that is held. */
    Map<Long, Long> entries() {
        return terms;
    }

    /** Whether the log holds this entry, or stands on a snapshot that holds it. */
    boolean holds(long index, long term) {
        return index <= base || termAt(index) == term;
    }

    /** Whether a step of the replica's life is under way: a snapshot that comes in, or its end. */
    boolean hasMark() {
        return mark.length > 0;
    }

    /** The term of an entry that is held, 0 if it is not. */
    long termAt(long index) {
        return terms.getOrDefault(index, 0L);
    }

    long base() {
        return base;
    }

    /** The terms of the entries up to {@code index} that were not asked for before: they are being applied now. */
    Map<Long, Long> newlyApplied(long index) {
        if (index <= appliedTo) {
            return Map.of();
        }
        Map<Long, Long> entries = terms.subMap(appliedTo, false, index, true);
        appliedTo = index;
        return entries;
    }

    boolean isSameAs(DurableLog other) {
        return replicaId == other.replicaId
                && hasHardState == other.hasHardState
                && term == other.term
                && vote == other.vote
                && commit == other.commit
                && base == other.base
                && terms.equals(other.terms)
                && Arrays.equals(mark, other.mark);
    }

    @Override
    public String toString() {
        return "replica " + replicaId + " term " + term + " vote " + vote + " commit " + commit + " log after " + base
                + " " + (terms.isEmpty() ? "empty" : terms.firstEntry() + ".." + terms.lastEntry()) + " mark "
                + mark.length;
    }
}
