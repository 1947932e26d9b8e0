package dev.cleave.region.raft;

import dev.cleave.engine.base.Invariant;

/**
 * The positions in one replica's log: terms, what is committed, applied, handed out to be written and known to be durable.
 *
 * <p><b>The mark.</b> Writes are asynchronous, so an acknowledgement may arrive after what it names was replaced, and may
 * even have been replaced by equal (index, term) again. Each write is marked with the term in which the log was last
 * written. A log forks (drops a suffix) at most once per term and before anything else is written in that term, because
 * from its first write in a term it is a prefix of that term's leader's log. So marks older than the last fork are void;
 * the write that caused the fork brings a mark of its own, and since writes are durable in order that one covers all.
 */
final class RaftLog {
    private final TermRuns runs;
    private long commit;
    private long applied;
    /** Last entry handed out to be applied. */
    private long handed;
    /** Last entry known to be durable here. */
    private long stable;
    /** First entry not yet handed out to be written. */
    private long writeNext;

    private long writeTerm;
    private long forkTerm;

    RaftLog(Restored restored) {
        runs = new TermRuns(
                restored.compactIndex(),
                restored.compactTerm(),
                restored.lastIndex(),
                restored.runStarts(),
                restored.runTerms());
        commit = restored.hardState().commit();
        applied = restored.applied();
        handed = applied;
        stable = restored.lastIndex();
        writeNext = stable + 1;
        writeTerm = restored.hardState().term();
    }

    void trim() {
        runs.trim();
    }

    long first() {
        return runs.base() + 1;
    }

    long last() {
        return runs.last();
    }

    long lastTerm() {
        return runs.lastTerm();
    }

    /** -1 where the term is not known. */
    long term(long index) {
        return runs.term(index);
    }

    boolean matches(long index, long term) {
        return term >= 0 && runs.term(index) == term;
    }

    long agreement(long from, long term) {
        return runs.agreement(from, term);
    }

    long commit() {
        return commit;
    }

    long applied() {
        return applied;
    }

    long handed() {
        return handed;
    }

    long stable() {
        return stable;
    }

    long writeNext() {
        return writeNext;
    }

    long writeTerm() {
        return writeTerm;
    }

    boolean hasUnapplied() {
        return applied < commit;
    }

    boolean isDurable() {
        return stable == runs.last();
    }

    /** Rule 4: whether a log that ends so may lead us. */
    boolean isUpToDate(long otherLast, long otherLastTerm) {
        return otherLastTerm > lastTerm() || (otherLastTerm == lastTerm() && otherLast >= last());
    }

    long appendOwn(long term) {
        runs.append(term);
        writeTerm = term;
        return runs.last();
    }

    /** The first entry of {@code append} that is not in this log, 0 if all are (rule 27). */
    long firstNew(RaftMessage append) {
        for (int i = 0; i < append.entryCount; i++) {
            long index = append.index + 1 + i;
            if (index > last() || runs.term(index) != append.entryTerms[i]) {
                return index;
            }
        }
        return 0;
    }

    /** Takes the entries of {@code append} from {@code from} on, dropping what was there. */
    void accept(RaftMessage append, long from) {
        if (from <= last()) {
            Invariant.check(from > commit, "a committed entry is never replaced; this log is corrupt", from, commit);
            Invariant.check(append.term > forkTerm, "a log forks once per term", append.term, forkTerm);
            runs.truncateFrom(from);
            stable = Math.min(stable, from - 1);
            writeNext = Math.min(writeNext, from);
            forkTerm = append.term;
        }
        for (int i = (int) (from - append.index - 1); i < append.entryCount; i++) {
            runs.append(append.entryTerms[i]);
        }
        writeTerm = append.term;
    }

    /** Whether the commit index advanced. */
    boolean commitTo(long index) {
        if (index <= commit) {
            return false;
        }
        Invariant.check(index <= last(), "only entries that are held can be committed", index, last());
        commit = index;
        return true;
    }

    void handOut(long upTo) {
        handed = upTo;
    }

    /** Whether {@code applied} advanced. */
    boolean appliedTo(long index) {
        if (index <= applied) {
            return false;
        }
        Invariant.check(index <= handed, "only what was handed out can be applied", index, handed);
        applied = index;
        return true;
    }

    void written() {
        writeNext = last() + 1;
    }

    /** A write with this mark is durable. Whether the stable index advanced. */
    boolean persisted(long markTerm, long markIndex) {
        if (markTerm < forkTerm || markIndex <= stable) {
            return false;
        }
        Invariant.check(markIndex < writeNext, "only what was written can be durable", markIndex, writeNext);
        stable = markIndex;
        return true;
    }

    void compactTo(long index, long term) {
        Invariant.check(term(index) == term || index < first(), "the log is compacted at its own entry", index, term);
        if (index > runs.base()) {
            Invariant.check(index <= applied, "only applied entries are compacted", index, applied);
            runs.compactTo(index);
        }
    }

    /** A snapshot from the middle of the log has been installed: what comes before it counts as applied, what comes after stays. */
    void standAt(long index, long knownCommit) {
        Invariant.check(stable == last(), "who waits unborn takes no entries", stable, last());
        Invariant.check(knownCommit <= last(), "only entries that are held can be committed", knownCommit, last());
        commit = Math.max(knownCommit, index);
        applied = index;
        handed = index;
    }

    /** The log starts anew behind a snapshot (or a split): nothing before it is held, all of it is applied and durable. */
    void restart(long index, long term, long currentTerm) {
        runs.reset(index, term);
        commit = index;
        applied = index;
        handed = index;
        stable = index;
        writeNext = index + 1;
        writeTerm = currentTerm;
        forkTerm = currentTerm;
    }
}
