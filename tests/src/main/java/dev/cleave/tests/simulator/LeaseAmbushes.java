package dev.cleave.tests.simulator;

import static dev.cleave.tests.simulator.Victims.MILLI;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.replica.GroupStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Faults laid one on the other, each in the order that a lease would have to be wrong about: they come together too seldom by chance. Which region, and how
 * long each takes, is left to chance.
 */
final class LeaseAmbushes {
    private static final int TRIES = 20;
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

    /** A region's leader and those who follow it. */
    private record Scene(long region, SimStore leader, List<SimStore> followers) {}

    LeaseAmbushes(Victims victims) {
        this.victims = victims;
        this.cluster = victims.cluster();
    }

    /** As soon as there is a region whose replicas are all at work. */
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
        Scene scene = scenes.get((int) chance.below(scenes.size()));
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
        slowDown(scene, chance.between(300 * MILLI, 1_200 * MILLI));
        long cutNanos = chance.between(400 * MILLI, 1_500 * MILLI);
        after(
                cutNanos,
                () -> scene.followers.forEach(
                        follower -> cluster.network().cutBothWays(scene.leader.host(), follower.host())));
        healAfter(cutNanos + chance.between(2_000 * MILLI, 3_500 * MILLI));
    }

    /** The next leader is elected, and serves, before the last one has heard of it. */
    private void deafHandOver(Randomness chance, Scene scene) {
        victims.done("ambush-deaf-hand-over", scene.leader);
        slowDown(scene, chance.between(100 * MILLI, 450 * MILLI));
        long to =
                scene.followers.get((int) chance.below(scene.followers.size())).storeId();
        after(
                chance.between(500 * MILLI, 900 * MILLI),
                () -> cluster.ask(new PdRequest.TransferLeader(scene.region, to), reply -> {}));
        healAfter(chance.between(2_500 * MILLI, 3_500 * MILLI));
    }

    /** One follower hears nothing of its leader, and would lead itself; the other one restarts within the lease that it made possible, and hears no more of it. */
    private void forgetfulFollower(Randomness chance, Scene scene) {
        victims.done("ambush-forgetful-follower", scene.leader);
        SimStore ambitious = scene.followers.get(0);
        SimStore forgetful = scene.followers.get(1);
        cluster.network().cutBothWays(scene.leader.host(), ambitious.host());
        long killNanos = chance.between(900 * MILLI, 2_500 * MILLI);
        after(killNanos, () -> {
            if (forgetful.isUp()) {
                cluster.network().cutBothWays(scene.leader.host(), forgetful.host());
                victims.kill(forgetful, false);
                victims.restartLater(forgetful, chance.between(5 * MILLI, 60 * MILLI));
            }
        });
        healAfter(killNanos + chance.between(1_000 * MILLI, 2_500 * MILLI));
    }

    /** One follower hears nothing of its leader, and would lead itself; the other one's agent is held up while heartbeats come in, and then hears no more. */
    private void heldUpFollower(Randomness chance, Scene scene) {
        victims.done("ambush-held-up-follower", scene.leader);
        SimStore ambitious = scene.followers.get(0);
        SimStore heldUp = scene.followers.get(1);
        cluster.network().cutBothWays(scene.leader.host(), ambitious.host());
        long fromNanos = chance.between(50 * MILLI, 900 * MILLI);
        long nanos = chance.between(600 * MILLI, 1_300 * MILLI);
        after(fromNanos, () -> heldUp.stalls().holdUpNextTurn(nanos));
        long cutNanos = fromNanos + nanos + chance.between(5 * MILLI, 150 * MILLI);
        after(cutNanos, () -> cluster.network().cutBothWays(scene.leader.host(), heldUp.host()));
        healAfter(cutNanos + chance.between(1_500 * MILLI, 2_500 * MILLI));
    }

    /** The others divide the region, and elect leaders of its parts, long before the leader has. */
    private void splitUnderASlowEngine(Randomness chance, Scene scene) {
        Optional<Key> key = keyInside(chance, scene.region);
        if (key.isPresent()) {
            victims.done("ambush-split-under-slow-engine", scene.leader);
            scene.leader.machine().stallEngine(chance.between(2_000 * MILLI, 5_000 * MILLI));
            cluster.ask(new PdRequest.SplitRegion(scene.region, List.of(key.get())), reply -> {});
        }
    }

    private void after(long nanos, Runnable step) {
        victims.later(nanos, "ambush", step);
    }

    /** What the followers send to their leader takes long. */
    private void slowDown(Scene scene, long nanos) {
        scene.followers.forEach(follower -> cluster.network().slow(follower.host(), scene.leader.host(), nanos));
    }

    private void healAfter(long nanos) {
        cluster.world().after(nanos, "heal", cluster.network()::healAll);
    }

    private Optional<Key> keyInside(Randomness chance, long region) {
        for (RegionView view : cluster.seenRegions()) {
            List<Key> inside = new ArrayList<>();
            for (int i = 0; view.region().id() == region && i < SimClients.KEYS; i++) {
                Key key = SimClients.KEY_SPACE.key(i);
                boolean isInside = view.region().range().contains(key)
                        && !key.equals(view.region().range().startInclusive());
                if (isInside) {
                    inside.add(key);
                }
            }
            if (!inside.isEmpty()) {
                return Optional.of(inside.get((int) chance.below(inside.size())));
            }
        }
        return Optional.empty();
    }

    /** Regions with a leader and two followers, all of them up. */
    private List<Scene> scenes() {
        List<Scene> scenes = new ArrayList<>();
        for (SimStore store : cluster.stores()) {
            if (store.isUp()) {
                for (GroupStatus status : store.statuses()) {
                    if (status.isLeader()) {
                        List<SimStore> followers = followers(store, status);
                        if (followers.size() == 2) {
                            scenes.add(new Scene(status.group(), store, followers));
                        }
                    }
                }
            }
        }
        return scenes;
    }

    private List<SimStore> followers(SimStore leader, GroupStatus status) {
        List<Long> ids = status.places().peers().stream().map(Peer::storeId).toList();
        return cluster.stores().stream()
                .filter(store -> store.isUp() && store.number() != leader.number() && ids.contains(store.storeId()))
                .toList();
    }
}
