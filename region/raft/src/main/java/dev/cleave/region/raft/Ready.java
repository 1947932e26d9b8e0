package dev.cleave.region.raft;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a replica wants done, in the order in which it must happen. Owned and reused by the host, filled by
 * {@link Raft#collect}; valid until the next collect into it. Steps for the host:
 *
 * <ol>
 *   <li>Send {@link #now} messages (entries of appends are read from the entry store before the next input).
 *   <li>Write hard state and entries {@code persistFirst..persistLast} in one record: entries at and after
 *       {@code persistFirst} replace what was there. Records of a group are written in the order of its Readys.
 *   <li>If {@link #mustSync}: force, then send {@link #afterSync} messages and call {@link Raft#persisted} with
 *       {@code markTerm, markIndex, term, vote}. If not, everything promised here is durable already: send them at once.
 *   <li>Apply {@code applyFirst..applyLast}; then {@code applied}. Before a configuration change (or split or merge)
 *       takes effect, a hard state whose commit covers it must have been forced.
 *   <li>Answer reads, cut snapshots, fetch cold entries, install.
 * </ol>
 */
public final class Ready {
    boolean hasHardState;
    long term;
    long vote;
    long commit;
    boolean mustSync;
    long persistFirst;
    long persistLast;
    long markTerm;
    long markIndex;
    long applyFirst;
    long applyLast;
    long fetchFirst;
    long fetchLast;
    long installIndex;
    long installTerm;
    Membership installMembership = Membership.EMPTY;
    boolean roleChanged;

    @Nullable
    Campaign campaign;

    private RaftMessage[] now = {};
    private int nowCount;
    private RaftMessage[] afterSync = {};
    private int afterSyncCount;
    private long[] readTokens = {};
    private long[] readIndexes = {};
    private int readCount;
    private long[] snapshotTo = {};
    private int snapshotCount;

    /** Whether the hard state differs from the last one collected. {@link #term} and the rest are set in any case. */
    public boolean hasHardState() {
        return hasHardState;
    }

    public long term() {
        return term;
    }

    public long vote() {
        return vote;
    }

    public long commit() {
        return commit;
    }

    /** Whether {@link #afterSync} messages must wait for a force of everything collected so far. */
    public boolean mustSync() {
        return mustSync;
    }

    /** First entry to write, 0 = none. */
    public long persistFirst() {
        return persistFirst;
    }

    public long persistLast() {
        return persistLast;
    }

    /** With {@link #markIndex}: the mark to hand back to {@link Raft#persisted}; set whenever mustSync is. */
    public long markTerm() {
        return markTerm;
    }

    public long markIndex() {
        return markIndex;
    }

    /** Messages that promise nothing: they leave at once. */
    public int nowCount() {
        return nowCount;
    }

    public RaftMessage now(int i) {
        return now[check(i, nowCount)];
    }

    /** Messages that promise durability: votes, vote requests, append acknowledgements. */
    public int afterSyncCount() {
        return afterSyncCount;
    }

    public RaftMessage afterSync(int i) {
        return afterSync[check(i, afterSyncCount)];
    }

    /** First entry to apply, 0 = none. The range is committed, durable here, and named once. */
    public long applyFirst() {
        return applyFirst;
    }

    public long applyLast() {
        return applyLast;
    }

    /** Reads that may be answered once {@link #readIndex} is applied. */
    public int readCount() {
        return readCount;
    }

    public long readToken(int i) {
        return readTokens[check(i, readCount)];
    }

    public long readIndex(int i) {
        return readIndexes[check(i, readCount)];
    }

    /** Followers that need a snapshot now; the host answers each with {@link Raft#reportSnapshot}. */
    public int snapshotCount() {
        return snapshotCount;
    }

    public long snapshotTo(int i) {
        return snapshotTo[check(i, snapshotCount)];
    }

    /** First entry of a cold range wanted in memory, 0 = none; the host may fetch less, and answers {@link Raft#fetched}. */
    public long fetchFirst() {
        return fetchFirst;
    }

    public long fetchLast() {
        return fetchLast;
    }

    /** A snapshot accepted, 0 = none: the host answers snapshotInstalled or snapshotRefused. */
    public long installIndex() {
        return installIndex;
    }

    public long installTerm() {
        return installTerm;
    }

    public Membership installMembership() {
        return installMembership;
    }

    /** Whether role, term or known leader changed since the last collect. */
    public boolean roleChanged() {
        return roleChanged;
    }

    /** Why the replica has stood for election since the last collect; null if it has not. For whoever counts. */
    public @Nullable Campaign campaign() {
        return campaign;
    }

    void clear() {
        hasHardState = false;
        term = 0;
        vote = 0;
        commit = 0;
        mustSync = false;
        persistFirst = 0;
        persistLast = 0;
        markTerm = 0;
        markIndex = 0;
        applyFirst = 0;
        applyLast = 0;
        fetchFirst = 0;
        fetchLast = 0;
        installIndex = 0;
        installTerm = 0;
        installMembership = Membership.EMPTY;
        roleChanged = false;
        campaign = null;
        nowCount = 0;
        afterSyncCount = 0;
        readCount = 0;
        snapshotCount = 0;
    }

    RaftMessage addNow() {
        now = room(now, nowCount);
        return now[nowCount++].clear();
    }

    RaftMessage addAfterSync() {
        afterSync = room(afterSync, afterSyncCount);
        return afterSync[afterSyncCount++].clear();
    }

    void addRead(long token, long index) {
        if (readCount == readTokens.length) {
            int size = Math.max(8, readCount * 2);
            readTokens = Arrays.copyOf(readTokens, size);
            readIndexes = Arrays.copyOf(readIndexes, size);
        }
        readTokens[readCount] = token;
        readIndexes[readCount++] = index;
    }

    void addSnapshot(long to) {
        if (snapshotCount == snapshotTo.length) {
            snapshotTo = Arrays.copyOf(snapshotTo, Math.max(4, snapshotCount * 2));
        }
        snapshotTo[snapshotCount++] = to;
    }

    private static RaftMessage[] room(RaftMessage[] messages, int count) {
        if (count < messages.length) {
            return messages;
        }
        RaftMessage[] more = Arrays.copyOf(messages, Math.max(8, count * 2));
        for (int i = count; i < more.length; i++) {
            more[i] = new RaftMessage();
        }
        return more;
    }

    private static int check(int i, int count) {
        if (i < 0 || i >= count) {
            throw new IndexOutOfBoundsException("there are " + count + " here, not one at " + i);
        }
        return i;
    }
}
