package dev.cleave.region.raft;

/** A replicated state machine that is nothing but a hash of what was applied, and the membership. */
record Machine(long applied, long appliedTerm, long hash, Membership membership) {
    static final Machine EMPTY = new Machine(0, 0, 0, Membership.EMPTY);

    Machine with(Entry entry, Membership next) {
        long mixed = (hash * 31 + entry.fingerprint() * 7 + entry.term()) * 31 + next.hashCode();
        return new Machine(entry.index(), entry.term(), mixed, next);
    }
}
