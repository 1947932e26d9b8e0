package dev.cleave.region.store.migrate;

import dev.cleave.region.protocol.MalformedFrame;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.raft.ConfChange;
import dev.cleave.region.raft.Membership;
import dev.cleave.region.store.state.EpochRules;
import dev.cleave.region.store.state.Memberships;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Judges a configuration change entry from the descriptor alone, so that every replica comes to the same end. Pure.
 */
public final class ChangeJudge {
    private ChangeJudge() {}

    /** The region after {@code change}; empty if the change must have no effect. */
    public static Optional<Region> judge(Region region, ConfChange change) {
        return change.isLeave() ? leave(region, change) : enter(region, change);
    }

    private static Optional<Region> leave(Region region, ConfChange change) {
        if (!region.isJoint()) {
            return Optional.empty();
        }
        return Optional.of(moved(region, region.peers(), Memberships.of(region).apply(change), EpochRules.LEAVE_JOINT));
    }

    private static Optional<Region> enter(Region region, ConfChange change) {
        ChangeRequest request;
        Membership after;
        try {
            request = ChangeRequest.decode(change.context());
            if (!EpochRules.CHANGE_PEERS.admits(request.epoch(), region.epoch())) {
                return Optional.empty();
            }
            after = Memberships.of(region).apply(change);
        } catch (MalformedFrame newer) {
            // Skipping it here and not elsewhere would let replicas differ.
            throw new IllegalStateException("a change of peers of a newer release: upgrade this store", newer);
        } catch (IllegalArgumentException illegal) {
            return Optional.empty();
        }
        List<Peer> peers = new ArrayList<>(region.peers());
        for (ChangeRequest.Home home : request.homes()) {
            Optional<Peer> known = region.peer(home.replicaId());
            boolean isElsewhere = known.isPresent() && known.get().storeId() != home.storeId();
            boolean isTwice = known.isEmpty() && region.peerOn(home.storeId()).isPresent();
            if (isElsewhere || isTwice) {
                return Optional.empty();
            }
            if (known.isEmpty()) {
                peers.add(new Peer(home.replicaId(), home.storeId(), PeerRole.LEARNER));
            }
        }
        boolean allHaveHomes = change.steps().stream()
                .allMatch(step -> peers.stream().anyMatch(peer -> peer.replicaId() == step.replicaId()));
        boolean removesVoterJointly = after.isJoint()
                && region.peers().stream()
                        .anyMatch(peer ->
                                after.isVoter(peer.replicaId()) && Memberships.roleOf(after, peer.replicaId()) == null);
        if (!allHaveHomes || removesVoterJointly) {
            return Optional.empty();
        }
        return Optional.of(moved(region, peers, after, EpochRules.CHANGE_PEERS));
    }

    /** The region once {@code command} has struck out what is lost; empty if the command must have no effect. */
    public static Optional<Region> judge(Region region, RecoverCommand command) {
        boolean isTimely = EpochRules.RECOVER.admits(command.epoch(), region.epoch());
        boolean concerns =
                region.peers().stream().anyMatch(peer -> command.lost().contains(peer.replicaId()));
        if (!isTimely || !concerns) {
            return Optional.empty();
        }
        try {
            Membership after = Memberships.of(region).without(command.lost());
            return Optional.of(moved(region, region.peers(), after, EpochRules.RECOVER));
        } catch (IllegalArgumentException nobodyIsLeft) {
            return Optional.empty();
        }
    }

    private static Region moved(Region region, List<Peer> peers, Membership after, EpochRules rule) {
        List<Peer> moved = new ArrayList<>();
        int steps = 0;
        for (Peer peer : peers) {
            PeerRole role = Memberships.roleOf(after, peer.replicaId());
            boolean isNew = region.peer(peer.replicaId()).isEmpty();
            if (role == null) {
                steps++;
            } else {
                steps += isNew || role != peer.role() ? 1 : 0;
                moved.add(new Peer(peer.replicaId(), peer.storeId(), role));
            }
        }
        return new Region(region.id(), region.range(), rule.after(region.epoch(), steps), moved);
    }
}
