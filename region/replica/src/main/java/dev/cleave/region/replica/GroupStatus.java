package dev.cleave.region.replica;

import dev.cleave.region.raft.Membership;
import dev.cleave.region.raft.Role;
import java.util.List;

/**
 * A group as it stood at the end of some recent turn.
 *
 * @param pendingReplicas (leader only) replicas that need a snapshot or lag far behind
 * @param downReplicas (leader only) replicas not heard from for long
 * @param lagEntries (leader only) how many entries the replica that is furthest behind lacks
 * @param isMembershipKnown whether a quorum of the members durably knows that they are the members; before that nobody may be told that it is no longer one
 * @param isAsleep whether it sleeps: nothing happens, and nobody says so until something does
 */
public record GroupStatus(
        long group,
        long replicaId,
        Role role,
        long term,
        long leaderReplica,
        long commitIndex,
        long appliedIndex,
        long firstIndex,
        long lastIndex,
        long lastTerm,
        Membership membership,
        Places places,
        List<Long> pendingReplicas,
        List<Long> downReplicas,
        long lagEntries,
        boolean isAsleep,
        boolean isMembershipKnown) {
    public GroupStatus {
        pendingReplicas = List.copyOf(pendingReplicas);
        downReplicas = List.copyOf(downReplicas);
    }

    public boolean isLeader() {
        return role == Role.LEADER;
    }
}
