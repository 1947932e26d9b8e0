package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Randomness;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes trouble by chance: deaths, power cuts, pauses, slow and failing disks, cut, slow and broken links, a store lost for good; and has splits, moves
 * and changes of leaders asked for meanwhile.
 */
final class Nemesis {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;

    private final SimCluster cluster;
    private final Trail trail;
    private final Randomness randomness;
    private final Partitions partitions;
    private final Wishes wishes;
    private final LostStore lost;
    private final boolean mayLoseAStore;
    private final Map<String, Long> done = new TreeMap<>();
    private boolean isOver;

    Nemesis(SimCluster cluster, Trail trail) {
        this.cluster = cluster;
        this.trail = trail;
        this.randomness = cluster.world().randomness().fork();
        this.partitions = new Partitions(cluster, randomness.fork(), this::count);
        this.wishes = new Wishes(cluster, randomness.fork(), this::count);
        this.lost = new LostStore(cluster);
        this.mayLoseAStore = randomness.below(4) == 0;
    }

    /** What was done, by kind. */
    Map<String, Long> done() {
        Map<String, Long> all = new TreeMap<>(done);
        cluster.stores()
                .forEach(store -> store.moments().done().forEach((what, count) -> all.merge(what, count, Long::sum)));
        return all;
    }

    long faults() {
        return done().entrySet().stream()
                .filter(each -> !each.getKey().startsWith("ask-"))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    void begin() {
        boolean hasMoments = randomness.below(4) != 0;
        cluster.stores().forEach(store -> {
            store.moments().set(hasMoments);
            store.onDeath((dead, why) -> {
                trail.note(dead.host() + " dies: " + why);
                cluster.watch().forget(dead.number());
                restartLater(dead);
            });
        });
        cluster.onNewLeader(this::newLeader);
        next();
    }

    private void next() {
        cluster.world().after(randomness.between(50 * MILLI, 900 * MILLI), "nemesis", () -> {
            if (!isOver) {
                cluster.askRegions();
                act();
                lost.goOn();
                next();
            }
        });
    }

    private void act() {
        switch ((int) randomness.below(32)) {
            case 0, 1 -> kill(any(cluster.stores()), false);
            case 2 -> kill(leader(), false);
            case 3 -> kill(any(cluster.stores()), true);
            case 4 -> kill(leader(), true);
            case 5 -> powerCutEverywhere();
            case 6 -> pause(any(cluster.stores()));
            case 7 -> pause(leader());
            case 8 -> stallDisk();
            case 9 -> cutPowerAtWrite();
            case 10 -> failForces();
            case 11, 12, 13, 14 -> partitions.cut();
            case 15 -> partitions.slow();
            case 16 -> partitions.reset();
            case 17, 18 -> killPlacement();
            case 19 -> pausePlacement();
            case 20 -> rollingRestart();
            case 21 -> loseAStore();
            case 22, 23, 24 -> wishes.split();
            case 25, 26, 27, 28, 29 -> wishes.migrate();
            default -> wishes.transferLeader();
        }
    }

    private void count(String what) {
        done.merge(what, 1L, Long::sum);
        trail.note("nemesis: " + what);
        cluster.world().mix(what.hashCode());
    }

    private void kill(SimStore victim, boolean isPowerCut) {
        if (victim.isUp()) {
            count(isPowerCut ? "power-cut" : "kill");
            trail.note("nemesis: victim is " + victim.host());
            victim.kill(isPowerCut);
            cluster.watch().forget(victim.number());
            restartLater(victim);
        }
    }

    private void restartLater(SimStore store) {
        cluster.world().after(randomness.between(100 * MILLI, 4 * SECOND), "restart", () -> {
            if (!store.isUp() && store.refusal() == null) {
                store.start();
            }
        });
    }

    /** All stores and the placement driver lose their power at once. */
    private void powerCutEverywhere() {
        count("power-cut-all");
        for (SimStore store : cluster.stores()) {
            if (store.isUp()) {
                store.kill(true);
                cluster.watch().forget(store.number());
            }
            restartLater(store);
        }
        if (cluster.placement().isUp()) {
            cluster.placement().kill(true);
            restartPlacementLater(2 * SECOND);
        }
    }

    private void killPlacement() {
        if (cluster.placement().isUp()) {
            boolean isLong = randomness.below(4) == 0;
            count(isLong ? "placement-down-for-long" : "kill-placement");
            cluster.placement().kill(randomness.below(2) == 0);
            restartPlacementLater(isLong ? 15 * SECOND : 2 * SECOND);
        }
    }

    private void restartPlacementLater(long atMostNanos) {
        cluster.world().after(randomness.between(100 * MILLI, atMostNanos), "restart", () -> {
            if (!cluster.placement().isUp()) {
                cluster.placement().start();
            }
        });
    }

    private void pausePlacement() {
        if (cluster.placement().isUp()) {
            count("pause-placement");
            cluster.placement().machine().pause(randomness.between(50 * MILLI, 8 * SECOND));
        }
    }

    private void pause(SimStore victim) {
        if (victim.isUp()) {
            count("pause");
            trail.note("nemesis: victim is " + victim.host());
            victim.machine().pause(randomness.between(50 * MILLI, 6 * SECOND));
        }
    }

    private void stallDisk() {
        SimStore victim = randomness.below(2) == 0 ? leader() : any(cluster.stores());
        if (victim.isUp()) {
            count("stall-disk");
            trail.note("nemesis: victim is " + victim.host());
            victim.machine().stallDisk(randomness.between(500 * MILLI, 6 * SECOND));
        }
    }

    /** A new leader knows what is committed well before its engine does. */
    private void newLeader(SimStore store) {
        if (!isOver && randomness.below(4) == 0) {
            count("slow-engine-of-new-leader");
            store.machine().stallEngine(randomness.between(50 * MILLI, 1_500 * MILLI));
        }
    }

    /** The power fails in the midst of one of the next writes or forces. */
    private void cutPowerAtWrite() {
        SimStore victim = any(cluster.stores());
        count("power-cut-at-write");
        victim.logDisk().crashAfter(1 + randomness.below(40));
    }

    private void failForces() {
        SimStore victim = any(cluster.stores());
        count("fail-force");
        victim.logDisk().failForces();
    }

    private void rollingRestart() {
        count("rolling-restart");
        long at = 0;
        for (SimStore store : cluster.stores()) {
            at += randomness.between(300 * MILLI, 1_500 * MILLI);
            cluster.world().after(at, "rolling", () -> {
                if (!isOver) {
                    kill(store, false);
                }
            });
        }
    }

    /** At most once in a run: a second loss could take the last copies of something. */
    private void loseAStore() {
        SimStore victim = any(cluster.stores());
        boolean isSafe = mayLoseAStore && !lost.hasHappened() && victim.storeId() != 0 && victim.isUp();
        if (isSafe) {
            count("lose-store");
            trail.note("nemesis: victim is " + victim.host());
            cluster.watch().forget(victim.number());
            lost.begin(victim);
        }
    }

    /** A store that leads something, if one is known. */
    private SimStore leader() {
        List<SimStore> leading = cluster.stores().stream()
                .filter(SimStore::isUp)
                .filter(store -> store.statuses().stream().anyMatch(status -> status.isLeader()))
                .toList();
        return any(leading.isEmpty() ? cluster.stores() : leading);
    }

    private <T> T any(List<T> list) {
        return list.get((int) randomness.below(list.size()));
    }

    /** No more trouble: links heal, everybody starts again. */
    void end() {
        isOver = true;
        trail.note("nemesis: ends");
        cluster.network().healAll();
        cluster.stores().forEach(store -> {
            store.moments().set(false);
            store.logDisk().heal();
        });
        finish();
    }

    /** Sees to it that who is not meant to stay away comes back. */
    void finish() {
        lost.goOn();
        cluster.stores().stream()
                .filter(store -> !store.isUp() && store.refusal() == null)
                .forEach(SimStore::start);
        if (!cluster.placement().isUp()) {
            cluster.placement().start();
        }
    }

    boolean isFinished() {
        return !lost.isUnderWay();
    }
}
