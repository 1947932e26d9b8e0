package dev.cleave.tests.simulator;

import static dev.cleave.tests.simulator.Victims.MILLI;

import dev.cleave.engine.base.Randomness;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.tests.simulator.Scenario.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Strikes just when a region has come into a joint configuration, which is over in a moment otherwise: its leader is cut off, dies or stands still, or its two
 * halves do not see each other, so that others must find a leader among two sets of voters.
 */
final class Joints {
    private static final long ONE_IN = 3;

    private final Victims victims;
    private final SimCluster cluster;
    private final Scenario scenario;
    private final Randomness chance;

    Joints(Victims victims, Scenario scenario, Randomness chance) {
        this.victims = victims;
        this.cluster = victims.cluster();
        this.scenario = scenario;
        this.chance = chance;
    }

    /** A region is joint, by the newest that is applied anywhere; only the first of its replicas may know. */
    void entered(Region region) {
        if (chance.below(ONE_IN) == 0) {
            victims.later(chance.below(40 * MILLI), "joint", () -> strike(region));
        }
    }

    private void strike(Region region) {
        SimStore leader = cluster.leaderOf(region.id());
        if (leader == null) {
            return;
        }
        switch ((int) chance.below(6)) {
            case 0, 1 -> cutOff(leader);
            case 2 -> cutHalves(region);
            case 3 -> kill(leader, false);
            case 4 -> kill(leader, true);
            default -> pause(leader);
        }
    }

    private void cutOff(SimStore leader) {
        if (scenario.has(Kind.NETWORK)) {
            victims.done("joint-leader-cut-off", leader);
            List<Runnable> heals = new ArrayList<>();
            cluster.stores().stream()
                    .filter(other -> other.number() != leader.number())
                    .forEach(other -> heals.add(cluster.network().cutBothWays(leader.host(), other.host())));
            heal(heals);
        }
    }

    private void cutHalves(Region region) {
        if (scenario.has(Kind.NETWORK)) {
            victims.done("joint-halves-cut");
            List<Runnable> heals = new ArrayList<>();
            for (SimStore coming : with(region, PeerRole.INCOMING_VOTER)) {
                for (SimStore going : with(region, PeerRole.DEMOTING_VOTER)) {
                    heals.add(cluster.network().cutBothWays(coming.host(), going.host()));
                }
            }
            heal(heals);
        }
    }

    private void heal(List<Runnable> heals) {
        victims.later(chance.between(1_500 * MILLI, 5_000 * MILLI), "heal", () -> heals.forEach(Runnable::run));
    }

    private List<SimStore> with(Region region, PeerRole role) {
        List<Long> homes = region.peers().stream()
                .filter(peer -> peer.role() == role)
                .map(Peer::storeId)
                .toList();
        return cluster.stores().stream()
                .filter(store -> homes.contains(store.storeId()))
                .toList();
    }

    private void kill(SimStore leader, boolean isPowerCut) {
        if (scenario.has(isPowerCut ? Kind.POWER : Kind.PROCESS)) {
            victims.done(isPowerCut ? "joint-leader-without-power" : "joint-leader-killed", leader);
            victims.kill(leader, isPowerCut);
            victims.restartLater(chance, leader);
        }
    }

    private void pause(SimStore leader) {
        if (scenario.has(Kind.PROCESS)) {
            victims.done("joint-leader-paused", leader);
            victims.pause(leader, chance.between(1_000 * MILLI, 4_000 * MILLI));
        }
    }
}
