package dev.cleave.placement.server.plan;

import dev.cleave.engine.base.Key;
import dev.cleave.region.control.FromPlacement.Action;
import dev.cleave.region.control.FromPlacement.SplitIds;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** One step of an operator. It holds no state: it looks at the region and says what is to do, and may be asked and repeated at any time. */
public sealed interface Step {
    Verdict judge(Sight sight);

    String describe();

    /** What kind of step it is, in a word for counters. */
    String word();

    /** The replicas whose membership this step changes; all others must stay as they were. */
    List<Long> replicas();

    /** Whether data are copied, so that it may take minutes. */
    default boolean isSlow() {
        return false;
    }

    /** Adds a learner and waits until it has caught up. */
    record AddLearner(long replicaId, long storeId) implements Step {
        @Override
        public Verdict judge(Sight sight) {
            Peer peer = sight.peer(replicaId).orElse(null);
            if (peer == null) {
                return judgeAbsent(sight);
            }
            if (peer.isVoter()) {
                return Verdict.done();
            }
            if (!sight.observed().isUsable(storeId)) {
                return Verdict.broken("store " + storeId + " is down or removed");
            }
            if (sight.observed().isDestroyed(replicaId)) {
                return Verdict.broken(
                        "replica " + replicaId + " on store " + storeId + " has lost its log or its data");
            }
            return sight.isCaughtUp(replicaId)
                    ? Verdict.done()
                    : Verdict.waiting("replica " + replicaId + " on store " + storeId + " is catching up");
        }

        private Verdict judgeAbsent(Sight sight) {
            // Its own addition is the operator's first change: absent after a change means that it was removed again,
            // or never came first.
            if (sight.hasChangedMembership()) {
                return Verdict.broken("the membership was changed by somebody else");
            }
            if (!sight.observed().isUsable(storeId)) {
                return Verdict.broken("store " + storeId + " is down or removed");
            }
            return Verdict.send(
                    new Action.ChangePeers(List.of(new Peer(replicaId, storeId, PeerRole.LEARNER)), List.of()));
        }

        @Override
        public String word() {
            return "add_learner";
        }

        @Override
        public String describe() {
            return "add learner " + replicaId + " on store " + storeId + " and let it catch up";
        }

        @Override
        public List<Long> replicas() {
            return List.of(replicaId);
        }

        @Override
        public boolean isSlow() {
            return true;
        }
    }

    /** Makes a learner a voter. */
    record Promote(long replicaId, long storeId) implements Step {
        @Override
        public Verdict judge(Sight sight) {
            Peer peer = sight.peer(replicaId).orElse(null);
            if (peer == null) {
                return Verdict.broken("learner " + replicaId + " is gone");
            }
            if (peer.role() == PeerRole.VOTER) {
                return Verdict.done();
            }
            if (sight.region().isJoint()) {
                return Verdict.waiting("the joint configuration is being left");
            }
            return Verdict.send(
                    new Action.ChangePeers(List.of(new Peer(replicaId, storeId, PeerRole.VOTER)), List.of()));
        }

        @Override
        public String word() {
            return "promote";
        }

        @Override
        public String describe() {
            return "make " + replicaId + " on store " + storeId + " a voter";
        }

        @Override
        public List<Long> replicas() {
            return List.of(replicaId);
        }
    }

    /** In one joint change, makes a learner a voter and a voter a learner. */
    record Swap(long inReplica, long inStore, long outReplica, long outStore) implements Step {
        @Override
        public Verdict judge(Sight sight) {
            Peer in = sight.peer(inReplica).orElse(null);
            Peer out = sight.peer(outReplica).orElse(null);
            if (in == null) {
                return Verdict.broken("learner " + inReplica + " is gone");
            }
            if (sight.region().isJoint()) {
                return Verdict.waiting("the joint configuration is being left");
            }
            List<Peer> changes = new ArrayList<>();
            if (in.role() != PeerRole.VOTER) {
                changes.add(new Peer(inReplica, inStore, PeerRole.VOTER));
            }
            if (out != null && out.role() != PeerRole.LEARNER) {
                changes.add(new Peer(outReplica, outStore, PeerRole.LEARNER));
            }
            if (changes.isEmpty()) {
                return Verdict.done();
            }
            // A leader that is about to be demoted hands over first: otherwise nobody leads for an election timeout.
            return sight.heir(outStore)
                    .map(heir -> Verdict.send(new Action.TransferLeader(heir.replicaId())))
                    .orElseGet(() -> Verdict.send(new Action.ChangePeers(changes, List.of())));
        }

        @Override
        public String word() {
            return "swap";
        }

        @Override
        public String describe() {
            return "joint change: " + inReplica + " on store " + inStore + " becomes a voter, " + outReplica
                    + " on store " + outStore + " a learner";
        }

        @Override
        public List<Long> replicas() {
            return List.of(inReplica, outReplica);
        }
    }

    /** Takes a replica out of the membership. */
    record RemovePeer(long replicaId, long storeId) implements Step {
        @Override
        public Verdict judge(Sight sight) {
            Peer peer = sight.peer(replicaId).orElse(null);
            if (peer == null) {
                return Verdict.done();
            }
            if (sight.region().isJoint()) {
                return Verdict.waiting("the joint configuration is being left");
            }
            return sight.heir(storeId)
                    .map(heir -> Verdict.send(new Action.TransferLeader(heir.replicaId())))
                    .orElseGet(() -> Verdict.send(new Action.ChangePeers(List.of(), List.of(peer))));
        }

        @Override
        public String word() {
            return "remove_peer";
        }

        @Override
        public String describe() {
            return "remove replica " + replicaId + " on store " + storeId;
        }

        @Override
        public List<Long> replicas() {
            return List.of(replicaId);
        }
    }

    /** Hands leadership to a voter. */
    record TransferLeader(long replicaId, long storeId) implements Step {
        @Override
        public Verdict judge(Sight sight) {
            if (sight.view().leaderStore() == storeId) {
                return Verdict.done();
            }
            if (!sight.observed().isUsable(storeId) || sight.observed().isDestroyed(replicaId)) {
                return Verdict.broken(
                        "replica " + replicaId + " on store " + storeId + " cannot lead: it is down or gone");
            }
            boolean isVoter = sight.peer(replicaId)
                    .map(peer -> peer.role() == PeerRole.VOTER || peer.role() == PeerRole.INCOMING_VOTER)
                    .orElse(false);
            return isVoter
                    ? Verdict.send(new Action.TransferLeader(replicaId))
                    : Verdict.broken("replica " + replicaId + " on store " + storeId + " is not a voter");
        }

        @Override
        public String word() {
            return "transfer_leader";
        }

        @Override
        public String describe() {
            return "hand leadership to " + replicaId + " on store " + storeId;
        }

        @Override
        public List<Long> replicas() {
            return List.of();
        }
    }

    /** Divides the region at keys; done when all pieces have been heard of. */
    record SplitAt(List<Key> keys, List<SplitIds.Piece> pieces) implements Step {
        private static final int KEYS_SHOWN = 5;

        public SplitAt {
            keys = List.copyOf(keys);
            pieces = List.copyOf(pieces);
            if (keys.isEmpty() || keys.size() != pieces.size()) {
                throw new IllegalArgumentException("a split has at least one key, and one piece per key");
            }
        }

        @Override
        public Verdict judge(Sight sight) {
            Region region = sight.region();
            if (region.range().startInclusive().equals(keys.get(keys.size() - 1))) {
                return judgePieces(sight);
            }
            boolean isWhole = region.range().equals(sight.baseline().range());
            if (!isWhole || sight.hasChangedRange()) {
                return Verdict.broken("the range was changed by somebody else");
            }
            return Verdict.send(new Action.Split(keys, pieces));
        }

        private Verdict judgePieces(Sight sight) {
            for (SplitIds.Piece piece : pieces) {
                if (sight.observed().region(piece.regionId()) == null) {
                    return Verdict.waiting("new region " + piece.regionId() + " has not been heard of yet");
                }
            }
            return Verdict.done();
        }

        @Override
        public String word() {
            return "split";
        }

        @Override
        public String describe() {
            String first = keys.stream().limit(KEYS_SHOWN).map(Key::toString).collect(Collectors.joining(", "));
            return "split at " + first
                    + (keys.size() > KEYS_SHOWN ? " and " + (keys.size() - KEYS_SHOWN) + " more" : "");
        }

        @Override
        public List<Long> replicas() {
            return List.of();
        }
    }
}
