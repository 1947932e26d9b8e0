package dev.cleave.placement.server.check;

import dev.cleave.engine.base.Key;
import dev.cleave.region.control.ToPlacement.ReplicaState;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.RecoveredRegion;
import dev.cleave.region.protocol.Region;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which regions have lost their majority with some stores, who of each shall lead without them, and what may be lost. Judged from what all other stores have
 * told of their replicas, and from nothing else. Of the voters that are left the one leads whose log is newest, as in an election. Pure.
 *
 * @param lost for each region to be recovered, the replicas that are gone
 * @param holes in words, where no replica is left at all
 */
public record LossPlan(List<RecoveredRegion> regions, Map<Long, List<Long>> lost, List<String> holes) {
    private static final Comparator<ReplicaState> BY_LOG = Comparator.comparingLong(ReplicaState::lastTerm)
            .thenComparingLong(ReplicaState::lastIndex)
            .thenComparingLong(ReplicaState::replicaId);
    private static final Comparator<ReplicaState> BY_EPOCH = Comparator.<ReplicaState>comparingLong(
                    state -> state.region().epoch().confVersion())
            .thenComparingLong(state -> state.region().epoch().version());

    public static LossPlan of(Collection<ReplicaState> told, Set<Long> lostStores) {
        Map<Long, List<ReplicaState>> byRegion = new TreeMap<>();
        told.forEach(state -> byRegion.computeIfAbsent(state.region().id(), id -> new ArrayList<>())
                .add(state));
        List<RecoveredRegion> regions = new ArrayList<>();
        Map<Long, List<Long>> lost = new TreeMap<>();
        byRegion.values().forEach(states -> {
            Region region = states.stream().max(BY_EPOCH).orElseThrow().region();
            if (!hasQuorum(region, lostStores)) {
                regions.add(recovered(region, states));
                lost.put(region.id(), lostOf(region, lostStores));
            }
        });
        return new LossPlan(List.copyOf(regions), lost, holes(told));
    }

    private static boolean hasQuorum(Region region, Set<Long> lostStores) {
        boolean isJoint = region.isJoint();
        List<Peer> incoming = region.peers().stream()
                .filter(peer -> peer.role() == PeerRole.VOTER || peer.role() == PeerRole.INCOMING_VOTER)
                .toList();
        List<Peer> outgoing = region.peers().stream()
                .filter(peer -> isJoint && (peer.role() == PeerRole.VOTER || peer.role() == PeerRole.DEMOTING_VOTER))
                .toList();
        return isMajority(incoming, lostStores) && (outgoing.isEmpty() || isMajority(outgoing, lostStores));
    }

    private static boolean isMajority(List<Peer> voters, Set<Long> lostStores) {
        long left = voters.stream()
                .filter(peer -> !lostStores.contains(peer.storeId()))
                .count();
        return left * 2 > voters.size();
    }

    private static List<Long> lostOf(Region region, Set<Long> lostStores) {
        return region.peers().stream()
                .filter(peer -> lostStores.contains(peer.storeId()))
                .map(Peer::replicaId)
                .toList();
    }

    private static RecoveredRegion recovered(Region region, List<ReplicaState> states) {
        Optional<ReplicaState> heir = states.stream()
                .filter(state ->
                        region.peer(state.replicaId()).filter(Peer::isVoter).isPresent())
                .max(BY_LOG);
        if (heir.isEmpty()) {
            return new RecoveredRegion(
                    region.id(),
                    region.range(),
                    0,
                    0,
                    0,
                    0,
                    "no voter is left, only learners or former members: it cannot be recovered; restore it from a backup");
        }
        ReplicaState state = heir.get();
        long store = region.peer(state.replicaId()).map(Peer::storeId).orElse(0L);
        String text = "whatever was acknowledged behind index " + state.lastIndex() + " is lost, if anything was";
        if (state.lastIndex() > state.commitIndex()) {
            text += "; " + (state.lastIndex() - state.commitIndex())
                    + " entries up to there, of which nobody can say whether they were acknowledged, take effect;"
                    + " whatever was acknowledged in their place is lost";
        }
        return new RecoveredRegion(
                region.id(), region.range(), store, state.replicaId(), state.commitIndex(), state.lastIndex(), text);
    }

    /** Seen from the descriptors told: an older one may hide a hole behind it. */
    private static List<String> holes(Collection<ReplicaState> told) {
        List<Region> byStart = told.stream()
                .map(ReplicaState::region)
                .sorted(Comparator.comparing(region -> region.range().startInclusive()))
                .toList();
        List<String> holes = new ArrayList<>();
        Key next = Key.EMPTY;
        boolean isToTheEnd = false;
        for (Region region : byStart) {
            Key start = region.range().startInclusive();
            if (!isToTheEnd && start.compareTo(next) > 0) {
                holes.add("no replica is left of the keys from " + next + " to " + start);
            }
            Key end = region.range().endExclusive();
            isToTheEnd |= end.isEmpty();
            next = end.compareTo(next) > 0 ? end : next;
        }
        if (!isToTheEnd) {
            holes.add("no replica is left of the keys from " + next + " on");
        }
        return List.copyOf(holes);
    }
}
