package dev.cleave.region.store.state;

import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.raft.Membership;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The one translation between the peers of a descriptor and Raft's membership. */
public final class Memberships {
    private Memberships() {}

    public static Membership of(Region region) {
        boolean isJoint = region.isJoint();
        return new Membership(
                ids(region, peer -> peer.role() == PeerRole.VOTER || peer.role() == PeerRole.INCOMING_VOTER),
                ids(
                        region,
                        peer -> isJoint && (peer.role() == PeerRole.VOTER || peer.role() == PeerRole.DEMOTING_VOTER)),
                ids(region, peer -> peer.role() == PeerRole.LEARNER),
                ids(region, peer -> peer.role() == PeerRole.DEMOTING_VOTER),
                isJoint);
    }

    /** The role of a replica, null if it is no member. A voter that a joint change removes outright has no role we know: it is none. */
    public static @Nullable PeerRole roleOf(Membership membership, long replicaId) {
        boolean isIncoming = membership.isIncomingVoter(replicaId);
        boolean isOutgoing = contains(membership.outgoing(), replicaId);
        if (isIncoming) {
            return membership.isJoint() && !isOutgoing ? PeerRole.INCOMING_VOTER : PeerRole.VOTER;
        }
        if (contains(membership.learnersNext(), replicaId)) {
            return PeerRole.DEMOTING_VOTER;
        }
        return membership.isLearner(replicaId) ? PeerRole.LEARNER : null;
    }

    private static long[] ids(Region region, Predicate<Peer> which) {
        return ids(region.peers(), which);
    }

    private static long[] ids(List<Peer> peers, Predicate<Peer> which) {
        return peers.stream().filter(which).mapToLong(Peer::replicaId).toArray();
    }

    private static boolean contains(long[] ids, long id) {
        for (long each : ids) {
            if (each == id) {
                return true;
            }
        }
        return false;
    }
}
