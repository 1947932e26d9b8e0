package dev.cleave.placement.server;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.control.FromPlacement.Action;
import dev.cleave.region.control.FromPlacement.Command;
import dev.cleave.region.control.FromPlacement.SplitIds;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The truth about all regions of a fake cluster: carries out commands as stores do, slowly, one small step per {@link #tick}. */
final class FakeRegions {
    private final TreeMap<Long, RegionView> views = new TreeMap<>();
    /** How many ticks a new learner still lags. */
    private final TreeMap<Long, Integer> lag = new TreeMap<>();

    boolean areLearnersStuck;
    /** Checks that were ordered, by region, and what each replica holds if not 7. */
    final TreeMap<Long, Long> checks = new TreeMap<>();

    final TreeMap<Long, Long> checksums = new TreeMap<>();

    void create(Region region) {
        views.putIfAbsent(region.id(), view(region, region.peers().get(0).storeId(), 6, List.of()));
    }

    List<RegionView> ledBy(long store) {
        return views.values().stream()
                .filter(view -> view.leaderStore() == store)
                .toList();
    }

    List<RegionView> all() {
        return List.copyOf(views.values());
    }

    RegionView get(long id) {
        return views.get(id);
    }

    void lead(long regionId, long store) {
        RegionView old = views.get(regionId);
        views.put(regionId, view(old.region(), store, old.term() + 1, old.pendingReplicas()));
    }

    /** A store's replica leads without the lost ones and has struck them out. */
    void survive(long regionId, long store, List<Long> lost) {
        RegionView old = views.get(regionId);
        List<Peer> left = old.region().peers().stream()
                .filter(peer -> !lost.contains(peer.replicaId()))
                .toList();
        lead(regionId, store);
        put(views.get(regionId), left, lost.size(), List.of());
    }

    /** Nothing changes but a figure. */
    void grow(long regionId) {
        RegionView old = views.get(regionId);
        views.put(
                regionId,
                new RegionView(
                        old.region(),
                        old.leaderStore(),
                        old.term(),
                        old.commitIndex() + 1,
                        old.appliedIndex() + 1,
                        old.approximateBytes() + 1,
                        old.pendingReplicas(),
                        old.downReplicas()));
    }

    int replicasOn(long store) {
        return (int) views.values().stream()
                .filter(view -> view.region().peerOn(store).isPresent())
                .count();
    }

    /** Learners catch up, joint configurations are left. */
    void tick() {
        for (RegionView view : all()) {
            Region region = view.region();
            if (region.isJoint()) {
                List<Peer> peers = new ArrayList<>();
                int settled = 0;
                for (Peer peer : region.peers()) {
                    PeerRole role = switch (peer.role()) {
                        case INCOMING_VOTER -> PeerRole.VOTER;
                        case DEMOTING_VOTER -> PeerRole.LEARNER;
                        default -> peer.role();
                    };
                    settled += role == peer.role() ? 0 : 1;
                    peers.add(new Peer(peer.replicaId(), peer.storeId(), role));
                }
                put(view, peers, settled, view.pendingReplicas());
            }
            List<Long> pending = new ArrayList<>(view.pendingReplicas());
            pending.removeIf(replica -> !areLearnersStuck && lag.merge(replica, -1, Integer::sum) <= 0);
            if (!pending.equals(view.pendingReplicas())) {
                put(views.get(region.id()), views.get(region.id()).region().peers(), 0, pending);
            }
        }
    }

    /** What the store does that leads the region; commands for another epoch are passed over. */
    void carryOut(long store, Command command) {
        RegionView view = views.get(command.regionId());
        boolean isHere = view != null && view.leaderStore() == store;
        if (!isHere || !view.region().epoch().equals(command.epoch())) {
            return;
        }
        if (command.action() instanceof Action.ChangePeers change) {
            changePeers(view, change);
        } else if (command.action() instanceof Action.TransferLeader transfer) {
            lead(
                    view.region().id(),
                    view.region().peer(transfer.replicaId()).orElseThrow().storeId());
        } else if (command.action() instanceof Action.Check check) {
            checks.put(command.regionId(), check.checkId());
        } else if (command.action() instanceof Action.Split split) {
            split(view, split);
        }
    }

    private void changePeers(RegionView view, Action.ChangePeers change) {
        Region region = view.region();
        int count = change.peers().size() + change.removed().size();
        boolean leaderLeaves = change.removed().stream().anyMatch(peer -> peer.storeId() == view.leaderStore())
                || change.peers().stream()
                        .anyMatch(peer -> peer.storeId() == view.leaderStore() && peer.role() == PeerRole.LEARNER);
        if (leaderLeaves) {
            Peer heir = region.peers().stream()
                    .filter(peer -> peer.role() == PeerRole.VOTER && peer.storeId() != view.leaderStore())
                    .findFirst()
                    .orElseThrow();
            lead(region.id(), heir.storeId());
            return;
        }
        List<Peer> peers = new ArrayList<>(region.peers());
        List<Long> pending = new ArrayList<>(view.pendingReplicas());
        for (Peer wanted : change.peers()) {
            Peer old = region.peer(wanted.replicaId()).orElse(null);
            PeerRole role = wanted.role();
            if (count > 1) {
                role = wanted.role() == PeerRole.VOTER ? PeerRole.INCOMING_VOTER : PeerRole.DEMOTING_VOTER;
            }
            Peer now = new Peer(wanted.replicaId(), wanted.storeId(), role);
            if (old == null) {
                peers.add(now);
                pending.add(now.replicaId());
                lag.put(now.replicaId(), 3);
            } else {
                peers.set(peers.indexOf(old), now);
            }
        }
        peers.removeIf(peer -> change.removed().stream().anyMatch(gone -> gone.replicaId() == peer.replicaId()));
        pending.removeIf(replica -> peers.stream().noneMatch(peer -> peer.replicaId() == replica));
        put(view, peers, count, pending);
    }

    private void split(RegionView view, Action.Split split) {
        Region region = view.region();
        Epoch epoch = new Epoch(
                region.epoch().confVersion(),
                region.epoch().version() + split.keys().size());
        Key start = region.range().startInclusive();
        for (int i = 0; i < split.keys().size(); i++) {
            SplitIds.Piece piece = split.ids().get(i);
            List<Peer> peers = new ArrayList<>();
            for (int p = 0; p < region.peers().size(); p++) {
                Peer parent = region.peers().get(p);
                peers.add(new Peer(piece.replicaIds().get(p), parent.storeId(), parent.role()));
            }
            Key end = split.keys().get(i);
            Region child = new Region(piece.regionId(), KeyRange.of(start, end), epoch, peers);
            views.put(child.id(), view(child, view.leaderStore(), 6, List.of()));
            start = end;
        }
        Region rest = new Region(region.id(), KeyRange.of(start, region.range().endExclusive()), epoch, region.peers());
        views.put(rest.id(), view(rest, view.leaderStore(), view.term(), view.pendingReplicas()));
    }

    private void put(RegionView old, List<Peer> peers, int confChanges, List<Long> pending) {
        Region region = old.region();
        Epoch epoch = new Epoch(
                region.epoch().confVersion() + confChanges, region.epoch().version());
        Region next = new Region(region.id(), region.range(), epoch, peers);
        views.put(region.id(), view(next, old.leaderStore(), old.term(), pending));
    }

    private static RegionView view(Region region, long leader, long term, List<Long> pending) {
        return new RegionView(region, leader, term, 10, 10, 1000, pending, List.of());
    }
}
