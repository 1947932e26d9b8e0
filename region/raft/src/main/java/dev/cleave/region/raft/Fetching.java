package dev.cleave.region.raft;

/** Asks the host for entries that are not in memory: one range at a time per replica. Only who needs it waits. */
final class Fetching {
    private final ReplicaState s;

    Fetching(ReplicaState state) {
        s = state;
    }

    void want(long first, long last, Ready out) {
        if (!s.isFetching) {
            s.isFetching = true;
            out.fetchFirst = first;
            out.fetchLast = last;
        }
    }

    /** What came is looked at anew by whoever still needs it (rule 66). */
    void fetched() {
        s.isFetching = false;
        s.isDirty = true;
    }
}
