package dev.cleave.region.protocol;

/** What a peer is in its region's membership. */
public enum PeerRole {
    VOTER,
    LEARNER,
    /** Joint state only: votes in the new configuration. */
    INCOMING_VOTER,
    /** Joint state only: votes in the old configuration and becomes a learner at the end. */
    DEMOTING_VOTER
}
