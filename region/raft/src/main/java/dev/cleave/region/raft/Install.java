package dev.cleave.region.raft;

/** The snapshot that was accepted and is being installed, if any. At most one; others are ignored meanwhile (rule 65). */
final class Install {
    private long index;
    private long term;
    private Membership membership = Membership.EMPTY;
    private boolean isAnnounced;

    boolean isPending() {
        return index > 0;
    }

    /** 0 = none. */
    long index() {
        return index;
    }

    void accept(RaftMessage snapshot) {
        index = snapshot.index;
        term = snapshot.logTerm;
        membership = snapshot.membership;
        isAnnounced = false;
    }

    void clear() {
        index = 0;
        term = 0;
        membership = Membership.EMPTY;
    }

    void announce(Ready out) {
        if (isPending() && !isAnnounced) {
            isAnnounced = true;
            out.installIndex = index;
            out.installTerm = term;
            out.installMembership = membership;
        }
    }
}
