package dev.cleave.region.store.migrate;

import dev.cleave.region.control.FromPlacement.Action.ChangePeers;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.raft.ConfChange;
import dev.cleave.region.raft.Membership;
import dev.cleave.region.replica.GroupStatus;
import dev.cleave.region.store.state.Memberships;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A change of peers checked by the leader against what is true now: either a configuration change to propose, or why not. Pure. An order that is already
 * carried out gives neither.
 */
public record PeerChange(@Nullable ConfChange change, String refusal) {
    public static PeerChange of(Region region, GroupStatus status, ChangePeers order) {
        if (region.isJoint() || status.membership().isJoint()) {
            return refused("the region is in a joint configuration; it is left by itself first");
        }
        List<ConfChange.Step> steps = new ArrayList<>();
        List<ChangeRequest.Home> homes = new ArrayList<>();
        for (Peer peer : order.peers()) {
            Optional<Peer> known = region.peer(peer.replicaId());
            if (known.isPresent() && known.get().role() == peer.role()) {
                continue;
            }
            boolean isVoter = peer.role() == PeerRole.VOTER || peer.role() == PeerRole.INCOMING_VOTER;
            steps.add(new ConfChange.Step(
                    isVoter ? ConfChange.Op.ADD_VOTER : ConfChange.Op.ADD_LEARNER, peer.replicaId()));
            homes.add(new ChangeRequest.Home(peer.replicaId(), peer.storeId()));
        }
        for (Peer peer : order.removed()) {
            if (region.peer(peer.replicaId()).isPresent()) {
                steps.add(new ConfChange.Step(ConfChange.Op.REMOVE, peer.replicaId()));
            }
        }
        if (steps.isEmpty()) {
            return new PeerChange(null, "");
        }
        ConfChange change = new ConfChange(steps, new ChangeRequest(region.epoch(), homes).encode());
        return ChangeJudge.judge(region, change).isEmpty()
                ? refused("the change is not legal from " + region)
                : checked(region, status, change);
    }

    private static PeerChange checked(Region region, GroupStatus status, ConfChange change) {
        Membership after = Memberships.of(region).apply(change);
        long self = status.replicaId();
        if (!after.isVoter(self)) {
            return refused(
                    "the leader itself would go; hand leadership over first, or demote it together with another change");
        }
        for (ConfChange.Step step : change.steps()) {
            boolean isPromotion = step.op() == ConfChange.Op.ADD_VOTER
                    && region.peer(step.replicaId()).isPresent();
            if (isPromotion && status.pendingReplicas().contains(step.replicaId())) {
                return refused("replica " + step.replicaId() + " has not caught up yet");
            }
        }
        Set<Long> down = new HashSet<>(status.downReplicas());
        if (!hasQuorum(after.voters(), down) || (after.isJoint() && !hasQuorum(after.outgoing(), down))) {
            return refused("too few of the voters that would be needed are alive; down: " + status.downReplicas());
        }
        return new PeerChange(change, "");
    }

    private static boolean hasQuorum(long[] voters, Set<Long> down) {
        int alive = 0;
        for (long voter : voters) {
            alive += down.contains(voter) ? 0 : 1;
        }
        return alive > voters.length / 2;
    }

    private static PeerChange refused(String why) {
        return new PeerChange(null, why);
    }
}
