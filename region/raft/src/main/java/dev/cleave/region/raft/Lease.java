package dev.cleave.region.raft;

/**
 * What a leader may answer reads by without asking anybody: a quorum has confirmed a heartbeat round, and none of it helps another replica to
 * leadership for one minimum election timeout after it heard of it. The lease is shorter (0.8 of it) and counts from the moment at which the round
 * was sent, so clocks may differ in pace by a tenth either way.
 *
 * <p>Here it is decided whether there may be one, and since when it counts. Whether it has run out is for whoever reads by it to look at, after the read.
 */
final class Lease {
    private final ReplicaState s;

    Lease(ReplicaState state) {
        s = state;
    }

    /**
     * Not from the moment the group is asked to sleep. Not while leadership is handed over, and never again in a term in which a TIMEOUT_NOW has left: its target need not keep its promise. Not
     * before the term's no-op is applied (rule 95). And not from the proposal of a change of replicas or range to its application here: another
     * replica may learn that it is committed, act on it first, and be outside of what this leader knows (rules 94, 103).
     */
    private boolean mayBeHeld() {
        return s.isLeader()
                && !s.isSettling
                && !s.isAsleep
                && !s.transfer.isRunning()
                && !s.transfer.hasSentTimeoutNow()
                && s.lastSpecial <= s.log.applied();
    }

    /** The round that it counts from; 0 if there is none. Asked of the configuration that holds now, whatever held when it was sent (rule 94). */
    private long round() {
        long agreed = mayBeHeld() ? s.tracker.agreedRound() : 0;
        return agreed > s.leaseFloorRound ? agreed : 0;
    }

    /** When the latest round that a quorum has confirmed was sent, whatever else stands against a lease; {@code Long.MIN_VALUE} if there is none. */
    long contactNanos() {
        long agreed = s.isLeader() && !s.isSettling && !s.isAsleep ? s.tracker.agreedRound() : 0;
        long began = s.reads.beganNanos(agreed > s.leaseFloorRound ? agreed : 0);
        return began == Progress.NEVER ? Long.MIN_VALUE : began;
    }

    /** When it ends; {@code Long.MIN_VALUE} if there is none. */
    long endNanos() {
        long sent = s.reads.beganNanos(round());
        return sent == Progress.NEVER ? Long.MIN_VALUE : sent + s.config.leaseNanos();
    }

    /** The wall time told when its round was sent; means something only if there is a lease. */
    long sentWallMillis() {
        return s.reads.beganWallMillis(round());
    }
}
