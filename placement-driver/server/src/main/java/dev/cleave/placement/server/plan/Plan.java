package dev.cleave.placement.server.plan;

import dev.cleave.engine.base.Key;
import dev.cleave.region.control.FromPlacement.SplitIds;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * A plan that is not an operator yet.
 *
 * @param reason who or what wanted it
 */
public record Plan(Operator.Kind kind, Region baseline, List<Step> steps, String reason) {
    public Plan {
        steps = List.copyOf(steps);
    }

    /** Learner, catch-up, joint change, removal of the old replica. */
    public static Plan move(Region region, Peer out, long inReplica, long inStore, String reason) {
        return new Plan(
                Operator.Kind.MOVE_PEER,
                region,
                List.of(
                        new Step.AddLearner(inReplica, inStore),
                        new Step.Swap(inReplica, inStore, out.replicaId(), out.storeId()),
                        new Step.RemovePeer(out.replicaId(), out.storeId())),
                reason);
    }

    /** Learner, catch-up, promotion; the learner may already be there. */
    public static Plan add(Region region, long replicaId, long storeId, String reason) {
        return new Plan(
                Operator.Kind.ADD_PEER,
                region,
                List.of(new Step.AddLearner(replicaId, storeId), new Step.Promote(replicaId, storeId)),
                reason);
    }

    public static Plan remove(Region region, Peer peer, String reason) {
        return new Plan(
                Operator.Kind.REMOVE_PEER,
                region,
                List.of(new Step.RemovePeer(peer.replicaId(), peer.storeId())),
                reason);
    }

    public static Plan transfer(Region region, Peer to, String reason) {
        return new Plan(
                Operator.Kind.TRANSFER_LEADER,
                region,
                List.of(new Step.TransferLeader(to.replicaId(), to.storeId())),
                reason);
    }

    /** {@code nextId} gives, per key, one region id and one replica id per peer. */
    public static Plan split(Region region, List<Key> keys, LongSupplier nextId, String reason) {
        return new Plan(
                Operator.Kind.SPLIT,
                region,
                List.of(new Step.SplitAt(keys, pieces(region, keys.size(), nextId))),
                reason);
    }

    /** Ids for new pieces of a region, replica ids in the order of its peers. */
    public static List<SplitIds.Piece> pieces(Region region, int count, LongSupplier nextId) {
        List<SplitIds.Piece> pieces = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long regionId = nextId.getAsLong();
            List<Long> replicas = new ArrayList<>();
            region.peers().forEach(peer -> replicas.add(nextId.getAsLong()));
            pieces.add(new SplitIds.Piece(regionId, replicas));
        }
        return pieces;
    }
}
