package dev.cleave.engine.log;

import dev.cleave.engine.base.Invariant;

/**
 * What the log holds of one group: a live replica, or the memory that one was removed (as long as its segments are there). Owned
 * by the log agent. Changed only by {@link LogIndex#apply}, from bytes that lie in the log, alike while running and in recovery.
 */
final class GroupLog {
    final long group;
    final EntryPlaces entries = new EntryPlaces();
    final TermRuns terms = new TermRuns();
    final SectionPlan plan = new SectionPlan(this);
    long replicaId;
    boolean isLive;
    boolean isBroken;
    /** A hole may have taken this group's last section; only recovery knows this state. */
    boolean isSuspect;

    boolean hasHardState;
    long term;
    long votedFor;
    long commit;
    long compactIndex;
    long compactTerm;
    byte[] mark = LogWrite.Section.NO_MARK;

    /** Segments of the newest hard state, base (reset or compaction), mark and broken flag; 0 if there is none. */
    int hardStateSegment;

    int baseSegment;
    int markSegment;
    int brokenSegment;

    /** Where this group's previous section lies; segment 0 if there is none. */
    int lastSegment;

    int lastOffset;

    /** The oldest segment this group needs as counted in {@link LogIndex}; 0 for none. */
    int pinned;

    GroupLog(long group) {
        this.group = group;
    }

    /** Forgets the replica but not where its last section lies. */
    void wipe() {
        entries.clear();
        terms.clear();
        isLive = false;
        isBroken = false;
        isSuspect = false;
        hasHardState = false;
        term = 0;
        votedFor = 0;
        commit = 0;
        compactIndex = 0;
        compactTerm = 0;
        mark = LogWrite.Section.NO_MARK;
        hardStateSegment = 0;
        baseSegment = 0;
        markSegment = 0;
        brokenSegment = 0;
    }

    long lastIndex() {
        return entries.isEmpty() ? compactIndex : Math.max(compactIndex, entries.last());
    }

    /** Whether the entries held begin right after the base; what is not so at the end of recovery has lost entries. */
    boolean isWhole() {
        return entries.isEmpty() || entries.first() == compactIndex + 1;
    }

    void reset(long index, long ofTerm, int segment) {
        entries.clear();
        terms.clear();
        compactIndex = index;
        compactTerm = ofTerm;
        baseSegment = segment;
    }

    /**
     * Places an entry; it replaces everything at and after its index. While older segments are gone an entry may follow a gap: what
     * was before it is then not needed any more, and a later base will say so.
     */
    void place(long index, long ofTerm, int segment, int offset, int length, int crc) {
        if (!entries.isEmpty() && (index > entries.last() + 1 || index <= entries.first())) {
            entries.clear();
            terms.clear();
        } else {
            entries.truncateFrom(index);
            terms.truncateFrom(index);
        }
        entries.append(index, segment, offset, length, crc);
        terms.append(index, ofTerm);
    }

    void compact(long index, long ofTerm, int segment) {
        if (index < compactIndex) {
            return;
        }
        compactIndex = index;
        compactTerm = ofTerm;
        baseSegment = segment;
        entries.dropThrough(index);
        terms.dropThrough(index, entries.isEmpty());
    }

    void breakUp() {
        isLive = true;
        isBroken = true;
        isSuspect = false;
        entries.clear();
        terms.clear();
    }

    /** The oldest segment that holds something of this group which counts; 0 for none. */
    int oldestNeeded() {
        int oldest = Integer.MAX_VALUE;
        oldest = older(oldest, hardStateSegment);
        oldest = older(oldest, baseSegment);
        oldest = older(oldest, markSegment);
        oldest = older(oldest, brokenSegment);
        oldest = older(oldest, entries.isEmpty() ? 0 : entries.segment(entries.first()));
        return oldest == Integer.MAX_VALUE ? 0 : oldest;
    }

    private static int older(int oldest, int segment) {
        return segment == 0 ? oldest : Math.min(oldest, segment);
    }

    GroupImage image() {
        Invariant.check(isBroken || isWhole(), "entries begin after the base", group, compactIndex);
        return new GroupImage(
                group,
                replicaId,
                hasHardState,
                term,
                votedFor,
                commit,
                compactIndex,
                compactTerm,
                compactIndex + 1,
                lastIndex(),
                terms.starts(),
                terms.terms(),
                mark.clone(),
                isBroken);
    }
}
