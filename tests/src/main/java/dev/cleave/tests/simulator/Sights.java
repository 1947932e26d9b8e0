package dev.cleave.tests.simulator;

import dev.cleave.region.replica.GroupStatus;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts rare things that are only seen in what several parts of a store say at one moment. */
final class Sights {
    private final List<SimStore> stores;
    private final Referee referee;
    /** By leading replica: its region's version when a snapshot was last seen on its way. */
    private final Map<Long, Long> snapshotted = new HashMap<>();

    private final Set<Long> demoted = new HashSet<>();

    Sights(List<SimStore> stores, Referee referee) {
        this.stores = stores;
        this.referee = referee;
    }

    void look() {
        for (SimStore store : stores) {
            if (store.isUp()) {
                store.statuses().stream().filter(GroupStatus::isLeader).forEach(status -> look(store, status));
            }
        }
    }

    private void look(SimStore leader, GroupStatus status) {
        boolean isLeaving =
                status.membership().isJoint() && !status.membership().isIncomingVoter(status.replicaId());
        if (isLeaving && demoted.add(status.replicaId())) {
            referee.count("leader-demoted-while-joint");
        }
        long version = status.places().epoch().version();
        Long before = snapshotted.remove(status.replicaId());
        if (before != null && before < version) {
            referee.count("split-while-snapshot-was-sent");
        } else if (!status.pendingReplicas().isEmpty() && leader.isSendingSnapshots()) {
            snapshotted.put(status.replicaId(), version);
        }
    }
}
