package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.replica.GroupStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Faults laid one on the other, each in the order that a lease would have to be wrong about: they come together too seldom by chance. Which region, and how
 * long each takes, is left to chance.
 */
final class LeaseAmbushes {
    private static final long MILLI = 1_000_000L;

    private final SimCluster cluster;
    private final Trail trail;
    private final Consumer<String> done;

    /** A region's leader and those who follow it. */
    private record Scene(long region, SimStore leader, List<SimStore> followers) {}

    LeaseAmbushes(SimCluster cluster, Trail trail, Consumer<String> done) {
        this.cluster = cluster;
        this.trail = trail;
        this.done = done;
    }

    void lay(Randomness chance) {
        List<Scene> scenes = scenes();
        if (scenes.isEmpty()) {
            return;
        }
        Scene scene = scenes.get((int) chance.below(scenes.size()));
        trail.note("nemesis: leader of region " + scene.region + " is " + scene.leader.host());
        switch ((int) chance.below(4)) {
            case 0 -> lateAnswers(chance, scene);
            case 1 -> deafWhileHandingOver(chance, scene);
            case 2 -> forgetfulFollower(chance, scene);
            default -> splitUnderASlowEngine(chance, scene);
        }
    }

    /** Answers to heartbeats are long on their way; those on their way still come when the leader is cut off already. */
    private void lateAnswers(Randomness chance, Scene scene) {
        done.accept("ambush-late-answers");
        slowDown(scene, chance.between(300 * MILLI, 1_200 * MILLI));
        long cutNanos = chance.between(400 * MILLI, 1_500 * MILLI);
        cluster.world()
                .after(
                        cutNanos,
                        "ambush",
                        () -> scene.followers.forEach(
                                follower -> cluster.network().cutBothWays(scene.leader.host(), follower.host())));
        healAfter(cutNanos + chance.between(2_000 * MILLI, 3_500 * MILLI));
    }

    /** The next leader is elected, and serves, before the last one has heard of it. */
    private void deafWhileHandingOver(Randomness chance, Scene scene) {
        done.accept("ambush-deaf-hand-over");
        slowDown(scene, chance.between(100 * MILLI, 450 * MILLI));
        long to =
                scene.followers.get((int) chance.below(scene.followers.size())).storeId();
        cluster.world()
                .after(
                        chance.between(500 * MILLI, 900 * MILLI),
                        "ambush",
                        () -> cluster.ask(new PdRequest.TransferLeader(scene.region, to), reply -> {}));
        healAfter(chance.between(2_500 * MILLI, 3_500 * MILLI));
    }

    /** One follower hears nothing of its leader, and would lead itself; the other one restarts within the lease that it made possible. */
    private void forgetfulFollower(Randomness chance, Scene scene) {
        done.accept("ambush-forgetful-follower");
        SimStore ambitious = scene.followers.get(0);
        SimStore forgetful = scene.followers.get(1);
        cluster.network().cutBothWays(scene.leader.host(), ambitious.host());
        long killNanos = chance.between(1_000 * MILLI, 3_000 * MILLI);
        cluster.world().after(killNanos, "ambush", () -> {
            if (forgetful.isUp()) {
                forgetful.kill(false);
                cluster.watch().forget(forgetful.number());
                cluster.world().after(chance.between(5 * MILLI, 60 * MILLI), "ambush", () -> {
                    if (!forgetful.isUp() && forgetful.refusal() == null) {
                        forgetful.start();
                    }
                });
            }
        });
        healAfter(killNanos + chance.between(1_000 * MILLI, 2_500 * MILLI));
    }

    /** The others divide the region, and elect leaders of its parts, long before the leader has. */
    private void splitUnderASlowEngine(Randomness chance, Scene scene) {
        Optional<Key> key = keyInside(chance, scene.region);
        if (key.isPresent()) {
            done.accept("ambush-split-under-slow-engine");
            scene.leader.machine().stallEngine(chance.between(2_000 * MILLI, 5_000 * MILLI));
            cluster.ask(new PdRequest.SplitRegion(scene.region, List.of(key.get())), reply -> {});
        }
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
