package dev.cleave.region.replica;

import dev.cleave.region.raft.Membership;

/**
 * What the state machine's engine knows of a replica when its group starts here.
 *
 * @param membership empty for a replica that has no descriptor yet
 * @param appliedIndex the last index whose effect the engine holds
 */
public record GroupStart(
        long group, long replicaId, Membership membership, Places places, long appliedIndex, long appliedTerm) {
    /** Every group's log begins after this index, at {@link #FIRST_TERM}: so "matched 0" always means "never heard of". */
    public static final long FIRST_INDEX = 5;

    public static final long FIRST_TERM = 5;
}
