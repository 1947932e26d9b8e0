package dev.cleave.tests.simulator;

import static dev.cleave.tests.simulator.Victims.MILLI;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import dev.cleave.region.control.FromPlacement.Action.ChangePeers;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.tests.simulator.Scenario.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Changes of peers beyond the moves that the placement driver plans, ordered from a region's leader: learners and voters added, promoted, demoted and removed
 * one at a time; one, or several, or all replaced by new replicas in one joint change, the leader among them. The placement driver puts the number of
 * replicas right again, by single changes.
 *
 * <p>The new voters of a joint change hold nothing yet, so the joint configuration lasts until a snapshot has reached them. Only in runs that lose nothing for good.
 */
final class Members {
    /** More peers than this a region is not given. */
    private static final int PEERS_MAX = 5;

    private final Victims victims;
    private final SimCluster cluster;
    private final boolean mayThinOut;

    /** A region and the store that leads it. */
    private record Led(Region region, SimStore leader) {
        Optional<Peer> self() {
            return region.peerOn(leader.storeId());
        }

        /** Those with a role, but the leader. */
        List<Peer> others(PeerRole role) {
            return region.peers().stream()
                    .filter(peer -> peer.role() == role && peer.storeId() != leader.storeId())
                    .toList();
        }
    }

    /** {@code mayThinOut} allows what leaves fewer copies than usual for a while. */
    Members(Victims victims, boolean mayThinOut) {
        this.victims = victims;
        this.cluster = victims.cluster();
        this.mayThinOut = mayThinOut;
    }

    List<Fault> faults() {
        return List.of(
                fault(4, this::addLearner),
                fault(3, this::addVoter),
                fault(4, this::divideWhileFed),
                fault(2, this::promote),
                fault(4, this::demote),
                fault(4, this::remove),
                fault(6, (chance, led) -> replace(chance, led, 1)),
                fault(6, (chance, led) -> replace(chance, led, 2 + chance.below(2))));
    }

    /** What is ordered of a leader. */
    private interface Order {
        void give(Randomness chance, Led led);
    }

    private Fault fault(int weight, Order order) {
        return new Fault(Kind.REGIONS, weight, chance -> {
            List<Led> led = led();
            if (mayThinOut && cluster.placement().isUp() && !led.isEmpty()) {
                order.give(chance, Victims.any(chance, led));
            }
        });
    }

    /** By chance it is to be promoted soon, before the placement driver takes it away again, and perhaps before it has everything. */
    private void addLearner(Randomness chance, Led led) {
        if (add(chance, led, "ask-add-learner", PeerRole.LEARNER) != null) {
            victims.later(
                    chance.between(5 * MILLI, 200 * MILLI),
                    "promote",
                    () -> led().stream()
                            .filter(now -> now.region.id() == led.region.id())
                            .forEach(now -> promote(chance, now)));
        }
    }

    private void addVoter(Randomness chance, Led led) {
        add(chance, led, "ask-add-voter", PeerRole.VOTER);
    }

    /** The store that a new replica is ordered on; null if there is no place for one. */
    private @Nullable SimStore add(Randomness chance, Led led, String what, PeerRole role) {
        List<SimStore> free = free(led.region);
        if (free.isEmpty() || led.region.peers().size() >= PEERS_MAX) {
            return null;
        }
        SimStore home = Victims.any(chance, free);
        victims.done(what);
        withIds(led, ids -> change(led, List.of(new Peer(ids.get(0), home.storeId(), role)), List.of()));
        return home;
    }

    /** A region is divided while a snapshot of it is on its way to a new replica, whose answers take long. */
    private void divideWhileFed(Randomness chance, Led led) {
        List<Key> keys = cluster.clients().keysInside(led.region.range());
        boolean mayDivide = !keys.isEmpty() && cluster.seenRegions().size() < Wishes.REGIONS_MAX;
        SimStore home = !mayDivide ? null : add(chance, led, "ask-split-while-fed", PeerRole.VOTER);
        if (home != null) {
            long nanos = chance.between(100 * MILLI, 500 * MILLI);
            Runnable heal = cluster.network().slow(home.host(), led.leader.host(), nanos);
            PdRequest split = new PdRequest.SplitRegion(led.region.id(), List.of(Victims.any(chance, keys)));
            // One such time until it says that it is empty, one until it says that it has everything.
            long splitNanos = chance.between(nanos + nanos / 4, 2 * nanos);
            victims.later(splitNanos, "split", () -> cluster.ask(split, reply -> {}));
            victims.later(4 * nanos, "heal", heal);
        }
    }

    private void promote(Randomness chance, Led led) {
        List<Peer> learners = led.others(PeerRole.LEARNER);
        if (!learners.isEmpty()) {
            victims.done("ask-promote");
            change(led, List.of(as(Victims.any(chance, learners), PeerRole.VOTER)), List.of());
        }
    }

    private void demote(Randomness chance, Led led) {
        List<Peer> voters = led.others(PeerRole.VOTER);
        if (voters.size() >= 2) {
            victims.done("ask-demote");
            change(led, List.of(as(Victims.any(chance, voters), PeerRole.LEARNER)), List.of());
        }
    }

    private void remove(Randomness chance, Led led) {
        List<Peer> voters = led.others(PeerRole.VOTER);
        List<Peer> leaving = new ArrayList<>(led.others(PeerRole.LEARNER));
        if (voters.size() >= 2) {
            leaving.addAll(voters);
        }
        if (!leaving.isEmpty()) {
            victims.done("ask-remove");
            change(led, List.of(), List.of(Victims.any(chance, leaving)));
        }
    }

    /** So many voters, the leader perhaps among them, become learners, and as many new replicas voters, in one joint change. */
    private void replace(Randomness chance, Led led, long wanted) {
        List<SimStore> free = free(led.region);
        List<Peer> leaving = new ArrayList<>(led.others(PeerRole.VOTER));
        led.self().filter(self -> self.role() == PeerRole.VOTER).ifPresent(leaving::add);
        Victims.shuffle(chance, free);
        Victims.shuffle(chance, leaving);
        int count = (int) Math.min(wanted, Math.min(free.size(), leaving.size()));
        if (count > 0) {
            victims.done(count == 1 ? "ask-replace" : "ask-replace-several");
            withIds(led, ids -> {
                List<Peer> next = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    next.add(new Peer(ids.get(i), free.get(i).storeId(), PeerRole.VOTER));
                    next.add(as(leaving.get(i), PeerRole.LEARNER));
                }
                change(led, next, List.of());
            });
        }
    }

    private static Peer as(Peer peer, PeerRole role) {
        return new Peer(peer.replicaId(), peer.storeId(), role);
    }

    private void withIds(Led led, Consumer<List<Long>> then) {
        cluster.orders().ids(led.leader, led.region, then);
    }

    private void change(Led led, List<Peer> peers, List<Peer> removed) {
        cluster.orders().order(led.leader, led.region, new ChangePeers(peers, removed));
    }

    /** Running stores without a replica of a region. */
    private List<SimStore> free(Region region) {
        return new ArrayList<>(cluster.stores().stream()
                .filter(store -> store.isUp()
                        && store.storeId() != 0
                        && region.peerOn(store.storeId()).isEmpty())
                .toList());
    }

    /** The regions, as they are newest anywhere, that are not changing and whose leader knows as much. */
    private List<Led> led() {
        List<Led> all = new ArrayList<>();
        for (Region region : cluster.referee().territory().regions()) {
            SimStore leader = region.isJoint() ? null : cluster.leaderOf(region.id());
            if (leader != null && region.equals(leader.region(region.id()))) {
                all.add(new Led(region, leader));
            }
        }
        return all;
    }
}
