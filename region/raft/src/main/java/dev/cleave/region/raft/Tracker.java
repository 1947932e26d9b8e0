package dev.cleave.region.raft;

import org.jspecify.annotations.Nullable;

/** A leader's progress table: one {@link Progress} per replica of the configuration, sorted by id. Empty unless leading. */
final class Tracker {
    private static final Progress[] NOBODY = {};

    private final RaftConfig config;
    private Progress[] peers = NOBODY;
    private long[] scratch = {};

    Tracker(RaftConfig config) {
        this.config = config;
    }

    void clear() {
        peers = NOBODY;
    }

    /** Follows a new membership: those who stay keep their progress, new ones begin by probing at {@code next}. */
    void follow(Membership membership, long next, long heardNanos) {
        long[] ids = membership.replicas();
        Progress[] after = new Progress[ids.length];
        for (int i = 0; i < ids.length; i++) {
            Progress known = find(ids[i]);
            if (known == null) {
                known = new Progress(ids[i], next, config);
                known.heardNanos = heardNanos;
            }
            known.isVoter = membership.isIncomingVoter(ids[i]);
            known.isOutgoing = membership.isVoter(ids[i]) && isIn(membership.outgoing(), ids[i]);
            after[i] = known;
        }
        peers = after;
        if (scratch.length < ids.length) {
            scratch = new long[ids.length];
        }
    }

    void trim() {
        for (Progress peer : peers) {
            peer.inflights.trim();
        }
    }

    int count() {
        return peers.length;
    }

    Progress at(int i) {
        return peers[i];
    }

    @Nullable
    Progress find(long id) {
        for (Progress peer : peers) {
            if (peer.id == id) {
                return peer;
            }
        }
        return null;
    }

    /** The highest index that a quorum holds. */
    long agreedMatch() {
        return Math.min(agreed(true, 0), agreed(false, 0));
    }

    /** The last heartbeat round that a quorum confirmed. */
    long agreedRound() {
        return Math.min(agreed(true, 1), agreed(false, 1));
    }

    /** The latest moment such that a quorum was heard at or after it. */
    long agreedHeard() {
        return Math.min(agreed(true, 2), agreed(false, 2));
    }

    /** The last entry that none of all will need any more, at most {@code own}: a replica that waits for a snapshot needs what comes behind that. */
    long lowestSpared(long own) {
        long lowest = own;
        for (Progress peer : peers) {
            lowest = Math.min(lowest, peer.spared());
        }
        return lowest;
    }

    private long agreed(boolean isIncoming, int what) {
        int count = 0;
        for (Progress peer : peers) {
            if (isIncoming ? peer.isVoter : peer.isOutgoing) {
                scratch[count++] = what == 0 ? peer.match : what == 1 ? peer.round : peer.heardNanos;
            }
        }
        return Quorum.agreed(scratch, count);
    }

    private static boolean isIn(long[] sorted, long id) {
        return Membership.has(sorted, id);
    }
}
