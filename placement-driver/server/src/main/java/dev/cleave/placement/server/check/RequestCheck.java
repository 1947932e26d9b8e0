package dev.cleave.placement.server.check;

import dev.cleave.engine.base.Key;
import dev.cleave.placement.server.plan.Operator;
import dev.cleave.region.protocol.KvLimits;
import dev.cleave.region.protocol.PdReply.Kind;
import dev.cleave.region.protocol.PdReply.Refused;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.protocol.StoreInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules of what an administrator may ask of a region; each refusal says why and what to do. */
public final class RequestCheck {
    /** As many pieces as one split entry of a store may have. */
    private static final int SPLIT_KEYS_MAX = 63;

    private RequestCheck() {}

    /** Null if the region is known, has a leader, is not joint and not busy. */
    public static @Nullable Refused region(long regionId, @Nullable RegionView view, @Nullable Operator busy) {
        if (view == null) {
            return new Refused(
                    Kind.NOT_FOUND, "region " + regionId + " is not known; `cleave region list` shows those that are");
        }
        if (busy != null) {
            return new Refused(
                    Kind.UNAVAILABLE,
                    "region " + regionId + " is busy with operator " + busy.id() + " ("
                            + busy.kind().text() + "); try again when it has ended");
        }
        if (view.region().isJoint()) {
            return new Refused(Kind.UNAVAILABLE, "region " + regionId + " is changing its members; try again soon");
        }
        if (view.leaderStore() == 0) {
            return new Refused(Kind.UNAVAILABLE, "region " + regionId + " has no known leader now; try again soon");
        }
        return null;
    }

    /** Null if the keys lie strictly inside the region, in ascending order. */
    public static @Nullable Refused split(Region region, List<Key> keys) {
        if (keys.isEmpty()) {
            return new Refused(Kind.INVALID, "no key to split at is given");
        }
        if (keys.size() > SPLIT_KEYS_MAX) {
            return new Refused(
                    Kind.INVALID,
                    "at most " + SPLIT_KEYS_MAX + " keys at once, not " + keys.size() + "; split again afterwards");
        }
        Key before = region.range().startInclusive();
        for (Key key : keys) {
            String problem = KvLimits.problem(key).orElse("");
            if (!problem.isEmpty()) {
                return new Refused(Kind.INVALID, problem);
            }
            if (!region.range().contains(key) || key.equals(region.range().startInclusive())) {
                return new Refused(
                        Kind.INVALID,
                        "key " + key + " is not strictly inside region " + region.id() + ", which is "
                                + region.range());
            }
            if (key.compareTo(before) <= 0) {
                return new Refused(
                        Kind.INVALID, "the keys must ascend, but " + key + " comes after " + before + "; sort them");
            }
            before = key;
        }
        return null;
    }

    /** Null if a replica may move between these stores. */
    public static @Nullable Refused migrate(Region region, long from, long to, @Nullable StoreInfo target) {
        if (region.peerOn(from).isEmpty()) {
            return new Refused(
                    Kind.INVALID,
                    "region " + region.id() + " has no replica on store " + from + "; it has them on "
                            + places(region));
        }
        if (target == null) {
            return new Refused(
                    Kind.NOT_FOUND, "store " + to + " is not known; `cleave store list` shows those that are");
        }
        if (target.state() != StoreInfo.State.UP) {
            return new Refused(
                    Kind.UNSAFE, "store " + to + " is " + target.state() + "; a replica moves to a store that is UP");
        }
        if (region.peerOn(to).isPresent()) {
            return new Refused(Kind.INVALID, "region " + region.id() + " has a replica on store " + to + " already");
        }
        boolean isVoter =
                region.peerOn(from).map(peer -> peer.role() == PeerRole.VOTER).orElse(false);
        return isVoter
                ? null
                : new Refused(
                        Kind.UNAVAILABLE,
                        "the replica of region " + region.id() + " on store " + from + " is no voter; try again soon");
    }

    /** Null if both the voters as they are and those after the move have a majority that answers; the new one is taken to. */
    public static @Nullable Refused quorum(@Nullable RegionView view, long from) {
        if (view == null) {
            return null;
        }
        List<Peer> voters = view.region().peers().stream().filter(Peer::isVoter).toList();
        List<Peer> down = voters.stream()
                .filter(peer -> view.downReplicas().contains(peer.replicaId()))
                .toList();
        long downAfter = down.stream().filter(peer -> peer.storeId() != from).count();
        boolean isSafe = down.size() * 2 < voters.size() && downAfter * 2 < voters.size();
        return isSafe
                ? null
                : new Refused(
                        Kind.UNSAFE,
                        "region " + view.region().id() + " must not change its replicas now: of its " + voters.size()
                                + " voters those on stores "
                                + down.stream().map(Peer::storeId).toList()
                                + " do not answer, so too few could agree; bring them back first");
    }

    /** Null if the store has a voter of the region. */
    public static @Nullable Refused transfer(Region region, long to) {
        boolean isVoter =
                region.peerOn(to).map(peer -> peer.role() == PeerRole.VOTER).orElse(false);
        return isVoter
                ? null
                : new Refused(
                        Kind.INVALID,
                        "region " + region.id() + " has no voter on store " + to + "; it has them on "
                                + places(region));
    }

    private static String places(Region region) {
        List<Long> stores = region.peers().stream().map(peer -> peer.storeId()).toList();
        return "stores " + stores;
    }
}
