package dev.cleave.region.raft;

/** What a replica is in its current term, in the order of an election. */
public enum Role {
    /** Follows a leader, or waits for one; a learner is always a follower. */
    FOLLOWER,
    /** Asks whether an election could be won, without touching its term. */
    PRE_CANDIDATE,
    /** Has voted for itself in a new term and collects votes. */
    CANDIDATE,
    /** Appends and replicates for this term. */
    LEADER
}
