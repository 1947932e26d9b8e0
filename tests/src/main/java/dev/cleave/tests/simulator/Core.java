package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Randomness;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.raft.Membership;
import dev.cleave.region.replica.GroupStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The stores that are healed when the trouble ends, while a minority by chance stays dead or cut off: few enough that a quorum of every region, by its newest
 * configuration and by one that is known there, is in the core. There every region must find a leader and serve.
 */
final class Core {
    private final SimCluster cluster;
    private final Trail trail;
    private final Randomness chance;
    private final List<SimStore> dead = new ArrayList<>();
    private final List<SimStore> cutOff = new ArrayList<>();

    Core(SimCluster cluster, Trail trail, Randomness chance) {
        this.cluster = cluster;
        this.trail = trail;
        this.chance = chance;
    }

    /** Draws who stays away, and takes them away. */
    void choose() {
        if (cluster.stores().stream().anyMatch(store -> store.ledger().hasRotted())) {
            // A replica whose log is damaged votes no more: it may be the one that a quorum can spare.
            return;
        }
        List<SimStore> order = new ArrayList<>(cluster.stores());
        for (int i = order.size() - 1; i > 0; i--) {
            int other = (int) chance.below(i + 1);
            order.set(other, order.set(i, order.get(other)));
        }
        int most = (int) chance.below((order.size() + 1) / 2);
        for (SimStore store : order) {
            if (dead.size() + cutOff.size() < most && haveQuorumsWithout(store) && isKnownWithout(store)) {
                takeAway(store);
            }
        }
    }

    private void takeAway(SimStore store) {
        if (chance.below(2) == 0) {
            trail.note("core: without " + store.host() + ", which is dead");
            dead.add(store);
            if (store.isUp()) {
                store.kill(chance.below(2) == 0);
                cluster.watch().forget(store.number());
            }
            return;
        }
        trail.note("core: without " + store.host() + ", which is cut off");
        cutOff.add(store);
        List<String> others =
                new ArrayList<>(cluster.stores().stream().map(SimStore::host).toList());
        others.add(SimPlacement.ADDRESS.host());
        cluster.clients().machines().forEach(machine -> others.add(machine.name()));
        others.forEach(other -> cluster.network().cutBothWays(store.host(), other));
    }

    /** Whether a change of replicas that was under way when the core was chosen needs somebody outside of it: then it need not serve. */
    boolean hasLostAQuorum() {
        return !haveQuorumsWithout(List.of());
    }

    /**
     * Whether of each region somebody is left who can have it served by the configuration that it knows. A change that only those away know to be committed is
     * none that others could act upon: what a minority may take away is judged by what the rest knows.
     */
    private boolean isKnownWithout(SimStore more) {
        List<SimStore> present = cluster.stores().stream()
                .filter(store -> !dead.contains(store) && !cutOff.contains(store) && !store.equals(more))
                .toList();
        return cluster.referee().territory().regions().stream()
                .allMatch(region -> present.stream()
                        .filter(SimStore::isUp)
                        .flatMap(store -> store.statuses().stream())
                        .anyMatch(status -> status.group() == region.id() && hasQuorum(status, present)));
    }

    private static boolean hasQuorum(GroupStatus status, List<SimStore> present) {
        List<Long> there = status.places().peers().stream()
                .filter(peer ->
                        present.stream().anyMatch(store -> store.storeId() == peer.storeId() && mayHold(store, peer)))
                .map(Peer::replicaId)
                .toList();
        Membership membership = status.membership();
        return isMajority(membership.voters(), there)
                && (!membership.isJoint() || isMajority(membership.outgoing(), there));
    }

    /** What a store that is down holds is not known. */
    private static boolean mayHold(SimStore store, Peer peer) {
        return !store.isUp() || store.statuses().stream().anyMatch(status -> status.replicaId() == peer.replicaId());
    }

    private static boolean isMajority(long[] voters, List<Long> replicas) {
        return Arrays.stream(voters).filter(replicas::contains).count() > voters.length / 2;
    }

    private boolean haveQuorumsWithout(SimStore store) {
        return haveQuorumsWithout(List.of(store));
    }

    private boolean haveQuorumsWithout(List<SimStore> more) {
        List<SimStore> away = new ArrayList<>(dead);
        away.addAll(cutOff);
        away.addAll(more);
        List<Long> present = cluster.stores().stream()
                .filter(each -> !away.contains(each))
                .map(SimStore::storeId)
                .toList();
        return cluster.referee().territory().regions().stream().allMatch(region -> hasQuorum(region, present));
    }

    private static boolean hasQuorum(Region region, List<Long> stores) {
        for (Set<Long> half : Territory.halves(region)) {
            long there = region.peers().stream()
                    .filter(peer -> half.contains(peer.replicaId()) && stores.contains(peer.storeId()))
                    .count();
            if (there <= half.size() / 2) {
                return false;
            }
        }
        return true;
    }

    boolean isWhole() {
        return dead.isEmpty() && cutOff.isEmpty();
    }

    boolean isDead(SimStore store) {
        return dead.contains(store);
    }

    /** Whether every region has a leader in the core, as its stores see it. */
    boolean hasLeaders() {
        Set<Long> led = new java.util.TreeSet<>();
        cluster.stores().stream()
                .filter(store -> store.isUp() && !cutOff.contains(store))
                .forEach(store -> store.statuses().stream()
                        .filter(status -> status.isLeader())
                        .forEach(status -> led.add(status.group())));
        return cluster.referee().territory().regions().stream().allMatch(region -> led.contains(region.id()));
    }

    /** Everybody comes back. */
    void heal() {
        trail.note("core: heals");
        dead.clear();
        cutOff.clear();
        cluster.network().healAll();
    }
}
