package dev.cleave.tests.simulator;

import static dev.cleave.tests.simulator.Victims.MILLI;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.Region;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Faults laid one on the other, each in the order that a lease would have to be wrong about: they come together too seldom by chance. Which region, and how
 * long each takes, is left to chance. Each heals what it has harmed, and nothing else.
 */
final class LeaseAmbushes {
    private static final int TRIES = 10;
    private static final long TRY_NANOS = 200 * MILLI;

    /** What each lies in wait for. */
    enum Kind {
        /** A lease that counts from the answers. */
        LATE_ANSWERS,
        /** A lease that outlives the begin of a hand-over. */
        DEAF_HAND_OVER,
        /** A promise that dies with its process. */
        FORGETFUL_FOLLOWER,
        /** A promise that counts from before the heartbeat was there. */
        HELD_UP_FOLLOWER,
        /** A lease that outlives the commit of a split. */
        SPLIT_UNDER_SLOW_ENGINE
    }

    private final Victims victims;
    private final SimCluster cluster;
    private final SimNetwork network;

    /** A region that its leader holds a lease of, and those who follow it. */
    private record Scene(Region region, SimStore leader, List<SimStore> followers) {}

    LeaseAmbushes(Victims victims) {
        this.victims = victims;
        this.cluster = victims.cluster();
        this.network = cluster.network();
    }

    List<Fault> faults() {
        return Arrays.stream(Kind.values())
                .map(kind -> new Fault(Scenario.Kind.CLOCK, 2, chance -> lay(kind, chance)))
                .toList();
    }

    /** As soon as there is a region whose replicas are all at work, and whose leader holds a lease; not at all if that takes long. */
    void lay(Kind kind, Randomness chance) {
        lay(kind, chance, TRIES);
    }

    private void lay(Kind kind, Randomness chance, int tries) {
        List<Scene> scenes = scenes();
        if (scenes.isEmpty()) {
            if (tries > 0) {
                after(TRY_NANOS, () -> lay(kind, chance, tries - 1));
            }
            return;
        }
        Scene scene = Victims.any(chance, scenes);
        switch (kind) {
            case LATE_ANSWERS -> lateAnswers(chance, scene);
            case DEAF_HAND_OVER -> deafHandOver(chance, scene);
            case FORGETFUL_FOLLOWER -> forgetfulFollower(chance, scene);
            case HELD_UP_FOLLOWER -> heldUpFollower(chance, scene);
            case SPLIT_UNDER_SLOW_ENGINE -> splitUnderASlowEngine(chance, scene);
        }
    }

    /** Answers to heartbeats are long on their way; those on their way still come when the leader is cut off already. */
    private void lateAnswers(Randomness chance, Scene scene) {
        victims.done("ambush-late-answers", scene.leader);
        List<Runnable> heals = slowAnswers(scene, chance.between(300 * MILLI, 1_200 * MILLI));
        long cutNanos = chance.between(400 * MILLI, 1_500 * MILLI);
        after(cutNanos, () -> scene.followers.forEach(follower -> heals.add(cut(scene.leader, follower))));
        healAfter(cutNanos + chance.between(2_000 * MILLI, 3_500 * MILLI), heals);
    }

    /** The next leader is elected, and serves, before the last one has heard of it. */
    private void deafHandOver(Randomness chance, Scene scene) {
        victims.done("ambush-deaf-hand-over", scene.leader);
        List<Runnable> heals = slowAnswers(scene, chance.between(100 * MILLI, 450 * MILLI));
        long to = Victims.any(chance, scene.followers).storeId();
        after(
                chance.between(500 * MILLI, 900 * MILLI),
                () -> cluster.ask(new PdRequest.TransferLeader(scene.region.id(), to), reply -> {}));
        healAfter(chance.between(2_500 * MILLI, 3_500 * MILLI), heals);
    }

    /** One follower hears nothing of its leader, and would lead itself; the other one restarts within the lease that it made possible, and hears no more of it. */
    private void forgetfulFollower(Randomness chance, Scene scene) {
        victims.done("ambush-forgetful-follower", scene.leader);
        SimStore ambitious = scene.followers.get(0);
        SimStore forgetful = scene.followers.get(1);
        List<Runnable> heals = new ArrayList<>();
        heals.add(cut(scene.leader, ambitious));
        long killNanos = chance.between(900 * MILLI, 2_500 * MILLI);
        after(killNanos, () -> {
            if (forgetful.isUp()) {
                heals.add(cut(scene.leader, forgetful));
                victims.kill(forgetful, false);
                victims.restartLater(forgetful, chance.between(5 * MILLI, 60 * MILLI));
            }
        });
        healAfter(killNanos + chance.between(1_000 * MILLI, 2_500 * MILLI), heals);
    }

    /** One follower hears nothing of its leader, and would lead itself; the other one's agent is held up while heartbeats come in, and then hears no more. */
    private void heldUpFollower(Randomness chance, Scene scene) {
        victims.done("ambush-held-up-follower", scene.leader);
        SimStore ambitious = scene.followers.get(0);
        SimStore heldUp = scene.followers.get(1);
        List<Runnable> heals = new ArrayList<>();
        heals.add(cut(scene.leader, ambitious));
        long fromNanos = chance.between(50 * MILLI, 900 * MILLI);
        long nanos = chance.between(600 * MILLI, 1_300 * MILLI);
        after(fromNanos, () -> heldUp.stalls().holdUpNextTurn(nanos));
        long cutNanos = fromNanos + nanos + chance.between(5 * MILLI, 150 * MILLI);
        after(cutNanos, () -> heals.add(cut(scene.leader, heldUp)));
        healAfter(cutNanos + chance.between(1_500 * MILLI, 2_500 * MILLI), heals);
    }

    /** The others divide the region, and elect leaders of its parts, long before the leader has. */
    private void splitUnderASlowEngine(Randomness chance, Scene scene) {
        List<Key> keys = cluster.clients().keysInside(scene.region.range());
        if (!keys.isEmpty() && cluster.seenRegions().size() < Wishes.REGIONS_MAX) {
            victims.done("ambush-split-under-slow-engine", scene.leader);
            scene.leader.machine().stallEngine(chance.between(2_000 * MILLI, 5_000 * MILLI));
            cluster.ask(new PdRequest.SplitRegion(scene.region.id(), List.of(Victims.any(chance, keys))), reply -> {});
        }
    }

    private void after(long nanos, Runnable step) {
        victims.later(nanos, "ambush", step);
    }

    private Runnable cut(SimStore one, SimStore other) {
        return network.cutBothWays(one.host(), other.host());
    }

    /** What the followers send to their leader takes long. Returns how to heal that, to be added to. */
    private List<Runnable> slowAnswers(Scene scene, long nanos) {
        List<Runnable> heals = new ArrayList<>();
        scene.followers.forEach(follower -> heals.add(network.slow(follower.host(), scene.leader.host(), nanos)));
        return heals;
    }

    private void healAfter(long nanos, List<Runnable> heals) {
        victims.later(nanos, "heal", () -> heals.forEach(Runnable::run));
    }

    /** Regions with a leader that holds a lease and two followers, all of them up. */
    private List<Scene> scenes() {
        List<Scene> scenes = new ArrayList<>();
        for (SimStore store : cluster.stores()) {
            for (Region region : store.leased()) {
                List<SimStore> followers = followers(store, region);
                if (followers.size() == 2) {
                    scenes.add(new Scene(region, store, followers));
                }
            }
        }
        return scenes;
    }

    private List<SimStore> followers(SimStore leader, Region region) {
        List<Long> ids = region.peers().stream().map(Peer::storeId).toList();
        return cluster.stores().stream()
                .filter(store -> store.isUp() && store.number() != leader.number() && ids.contains(store.storeId()))
                .toList();
    }
}
