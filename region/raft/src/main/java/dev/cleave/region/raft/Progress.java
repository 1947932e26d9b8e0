package dev.cleave.region.raft;

import dev.cleave.engine.base.Invariant;

/** What a leader knows of one replica (itself included), and how it feeds it. {@code match < next} always (rule 37). */
final class Progress {
    /** How a follower is fed. */
    enum Feed {
        /** Where the logs agree is not known: one append at a time. */
        PROBE,
        /** The logs agree up to match: appends are pipelined. */
        REPLICATE,
        /** Its entries are compacted here: nothing until the snapshot is reported. */
        SNAPSHOT
    }

    static final long NEVER = Long.MIN_VALUE / 4;

    final long id;
    final Inflights inflights;
    Feed feed = Feed.PROBE;
    long match;
    long next;
    /** PROBE: an append is out, wait for its answer or for a heartbeat's. */
    boolean isPaused;
    /** Send an append even if it is empty: the follower answered a heartbeat but lags. */
    boolean isProbeDue;

    boolean isHeartbeatDue;
    /** It said it has no log at all: only a snapshot helps. */
    boolean isBare;
    /** The commit index it learns if what was sent arrives. */
    long sentCommit;

    long snapshotIndex;
    /** The snapshot that was asked for it stands here or later: from behind this it will be fed once it has that. 0 without one. */
    long floor;

    long heardNanos = NEVER;
    /** The last heartbeat round it confirmed. */
    long round;

    /** The last round to which it answered that it sleeps. */
    long asleepRound;

    boolean isVoter;
    boolean isOutgoing;

    Progress(long id, long next, RaftConfig config) {
        this.id = id;
        this.next = next;
        this.inflights = new Inflights(config.inflightMessagesMax(), config.inflightBytesMax());
    }

    void probe() {
        long from = feed == Feed.SNAPSHOT ? Math.max(match, snapshotIndex) : match;
        enter(Feed.PROBE);
        next = from + 1;
    }

    void replicate() {
        enter(Feed.REPLICATE);
        next = match + 1;
    }

    /**
     * @param applied what a snapshot that is made from now on covers at least
     */
    void snapshot(long applied) {
        enter(Feed.SNAPSHOT);
        isBare = false;
        floor = applied;
    }

    /** The last entry that it will not need any more. */
    long spared() {
        return Math.max(match, floor);
    }

    private void enter(Feed to) {
        feed = to;
        isPaused = false;
        isProbeDue = false;
        snapshotIndex = 0;
        sentCommit = 0;
        inflights.reset();
    }

    /** An acknowledgement; whether match advanced (it never falls, rule 38). */
    boolean acknowledged(long index) {
        if (index <= match) {
            return false;
        }
        match = index;
        next = Math.max(next, index + 1);
        isPaused = false;
        isBare = false;
        return true;
    }

    /** A rejection of {@code rejected}; whether it is news (rule 36). */
    boolean rejected(long rejected, long agreement) {
        if (feed == Feed.REPLICATE) {
            if (rejected <= match) {
                return false;
            }
            probe();
            return true;
        }
        if (feed == Feed.SNAPSHOT || next - 1 != rejected) {
            return false;
        }
        // It has acknowledged this entry and no longer holds it: its disk has lost what it promised. Probing would go
        // on for
        // ever; a snapshot makes it whole again (rule 32).
        isBare |= rejected > 0 && rejected <= match;
        next = Math.max(Math.min(rejected, agreement + 1), match + 1);
        floor = next <= floor ? 0 : floor; // it does not have the snapshot
        isPaused = false;
        return true;
    }

    void sent(long lastIndex, long bytes, long commit) {
        Invariant.check(match < next, "a follower is fed from behind its match", match, next);
        if (feed == Feed.REPLICATE) {
            if (lastIndex >= next) {
                inflights.add(lastIndex, bytes);
                next = lastIndex + 1;
            }
        } else {
            isPaused = true;
        }
        sentCommit = Math.max(sentCommit, Math.min(commit, lastIndex));
        isProbeDue = false;
    }
}
