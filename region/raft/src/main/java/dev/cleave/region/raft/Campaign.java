package dev.cleave.region.raft;

/** Why a replica stood for election. */
public enum Campaign {
    /** It had not heard of a leader for an election time-out, and a pre-vote said that others had not either. */
    TIMED_OUT,
    /** Its host wanted it to: a fresh child of a split, a recovery. */
    ORDERED,
    /** The leader handed over to it. */
    HANDED_OVER
}
