package dev.cleave.region.raft;

import dev.cleave.engine.base.Randomness;
import org.jspecify.annotations.Nullable;

/** One replica of one Raft group, sans I/O. */
public final class Raft {
    /** Answers of {@link #propose}. */
    public static final long NOT_LEADER = -1;

    public static final long TRANSFERRING = -2;
    public static final long BUSY = -3;
    public static final long CONF_PENDING = -4;

    public Raft(
            RaftConfig config,
            long replicaId,
            Restored restored,
            EntryStore entries,
            Randomness random,
            long nowNanos) {}

    public void step(RaftMessage m, long now) {
        throw soon();
    }

    public void onTime(long now) {
        throw soon();
    }

    public long nextDeadlineNanos() {
        throw soon();
    }

    public long propose(byte type, int payloadBytes, long now) {
        throw soon();
    }

    public boolean readIndex(long token, long now) {
        throw soon();
    }

    public boolean transferLeader(long to, long now) {
        throw soon();
    }

    public void campaign(boolean force, long now) {
        throw soon();
    }

    public void reportUnreachable(long to) {
        throw soon();
    }

    public void reportSnapshot(long to, boolean ok, long snapshotIndex) {
        throw soon();
    }

    public void persisted(long markTerm, long markIndex, long hardTerm, long hardVote) {
        throw soon();
    }

    public void applied(long index) {
        throw soon();
    }

    public Membership applyConf(long index, @Nullable ConfChange changeOrNullIfRejected) {
        throw soon();
    }

    public void snapshotInstalled(long index, long term, Membership m) {
        throw soon();
    }

    public void snapshotRefused() {
        throw soon();
    }

    public void fetched(long first, long last) {
        throw soon();
    }

    public void compacted(long index, long term) {
        throw soon();
    }

    public void initialize(Membership m, long index, long term) {
        throw soon();
    }

    public void collect(Ready out, long now) {
        throw soon();
    }

    public boolean hasReady() {
        throw soon();
    }

    public long id() {
        throw soon();
    }

    public Role role() {
        throw soon();
    }

    public long term() {
        throw soon();
    }

    public long vote() {
        throw soon();
    }

    /** 0 = unknown. */
    public long leader() {
        throw soon();
    }

    public long commit() {
        throw soon();
    }

    public long applied() {
        throw soon();
    }

    public long firstIndex() {
        throw soon();
    }

    public long lastIndex() {
        throw soon();
    }

    public long stableIndex() {
        throw soon();
    }

    /** The term at {@code index}, which lies in {@code firstIndex - 1 .. lastIndex}; -1 outside. */
    public long termAt(long index) {
        throw soon();
    }

    public Membership membership() {
        throw soon();
    }

    /** What a leader knows {@code replica} to hold; 0 = never heard of, or not a leader. */
    public long match(long replica) {
        throw soon();
    }

    public boolean isRecentlyActive(long replica) {
        throw soon();
    }

    public boolean needsSnapshot(long replica) {
        throw soon();
    }

    public boolean snapshotting(long replica) {
        throw soon();
    }

    public boolean isReplaying() {
        throw soon();
    }

    public boolean isTransferring() {
        throw soon();
    }

    /** The lowest match of all peers, learners included; own stable index without peers; 0 if not leader. */
    public long minMatch() {
        throw soon();
    }

    public boolean hasPendingConf() {
        throw soon();
    }

    public boolean isInitialized() {
        throw soon();
    }

    /** Index of the snapshot being installed, 0 = none. */
    public long installing() {
        throw soon();
    }

    private static UnsupportedOperationException soon() {
        return new UnsupportedOperationException("the core is being written");
    }
}
