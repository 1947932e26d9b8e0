package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Randomness;
import java.util.ArrayList;
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
    private final Mask mask;
    /** When acts happen, and where their own sources of chance come from: what one act draws changes no other. */
    private final Randomness timing;

    private final Randomness lagging;
    private final Randomness restarting;
    private final Partitions partitions;
    private final Wishes wishes;
    private final ClockFaults clocks;
    private final LostStore lost;
    private final boolean mayLoseAStore;
    private final boolean hasMoments;
    private final Map<String, Long> done = new TreeMap<>();
    private final List<Act> acts = new ArrayList<>();
    private int actNumber;
    /** The number of the act being carried out, 0 if none. */
    private int carriedOut;

    private boolean isOver;

    /** Something that was done: the number of the act, when, and what. */
    record Act(int number, long nanos, String what) {}

    Nemesis(SimCluster cluster, Trail trail, Mask mask) {
        this.cluster = cluster;
        this.trail = trail;
        this.mask = mask;
        Randomness randomness = cluster.world().randomness().fork();
        this.timing = randomness.fork();
        this.lagging = randomness.fork();
        this.restarting = randomness.fork();
        this.partitions = new Partitions(cluster, this::count);
        this.wishes = new Wishes(cluster, this::count);
        this.clocks = new ClockFaults(cluster, trail, this::count);
        this.lost = new LostStore(cluster);
        this.mayLoseAStore = randomness.below(4) == 0;
        this.hasMoments = randomness.below(4) != 0;
    }

    /** The acts that did something, in order. */
    List<Act> acts() {
        return acts;
    }

    /** What was done, by kind. */
    Map<String, Long> done() {
        Map<String, Long> all = new TreeMap<>(done);
        cluster.stores().forEach(store -> {
            store.moments().done().forEach((what, count) -> all.merge(what, count, Long::sum));
            store.stalls().done().forEach((what, count) -> all.merge(what, count, Long::sum));
        });
        return all;
    }

    long faults() {
        return done().entrySet().stream()
                .filter(each -> !each.getKey().startsWith("ask-"))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    void begin() {
        cluster.stores().forEach(store -> {
            store.moments().set(hasMoments && mask.hasDeaths());
            store.stalls().set(mask.hasLags());
            store.onDeath((dead, why) -> {
                trail.note(dead.host() + " dies: " + why);
                cluster.watch().forget(dead.number());
                restartLater(dead, restarting);
            });
        });
        cluster.onNewLeader(this::newLeader);
        next();
    }

    private void next() {
        Randomness chance = timing.fork();
        cluster.world().after(timing.between(50 * MILLI, 900 * MILLI), "nemesis", () -> {
            if (!isOver) {
                cluster.askRegions();
                actNumber++;
                if (mask.has(actNumber)) {
                    carriedOut = actNumber;
                    act(chance);
                    carriedOut = 0;
                }
                lost.goOn();
                next();
            }
        });
    }

    private void act(Randomness chance) {
        switch ((int) chance.below(36)) {
            case 0, 1 -> kill(chance, any(chance, cluster.stores()), false);
            case 2 -> kill(chance, leader(chance), false);
            case 3 -> kill(chance, any(chance, cluster.stores()), true);
            case 4 -> kill(chance, leader(chance), true);
            case 5 -> powerCutEverywhere(chance);
            case 6 -> pause(chance, any(chance, cluster.stores()));
            case 7 -> pause(chance, leader(chance));
            case 8 -> stallDisk(chance);
            case 9 -> cutPowerAtWrite(chance);
            case 10 -> failForces(chance);
            case 11, 12, 13, 14 -> partitions.cut(chance);
            case 15 -> partitions.slow(chance);
            case 16 -> partitions.reset(chance);
            case 17, 18 -> killPlacement(chance);
            case 19 -> pausePlacement(chance);
            case 20 -> rollingRestart(chance);
            case 21 -> loseAStore(chance);
            case 22, 23, 24 -> wishes.split(chance);
            case 25, 26, 27, 28, 29 -> wishes.migrate(chance);
            case 32, 33 -> clocks.disturb(chance, leader(chance));
            case 34 -> clocks.disturb(chance, any(chance, cluster.stores()));
            default -> wishes.transferLeader(chance);
        }
    }

    private void count(String what) {
        done.merge(what, 1L, Long::sum);
        if (carriedOut != 0) {
            acts.add(new Act(carriedOut, cluster.world().nanos(), what));
        }
        trail.note("nemesis" + (carriedOut == 0 ? "" : " act " + carriedOut) + ": " + what);
        cluster.world().mix(what.hashCode());
    }

    private void kill(Randomness chance, SimStore victim, boolean isPowerCut) {
        if (victim.isUp()) {
            count(isPowerCut ? "power-cut" : "kill");
            trail.note("nemesis: victim is " + victim.host());
            victim.kill(isPowerCut);
            cluster.watch().forget(victim.number());
            restartLater(victim, chance);
        }
    }

    private void restartLater(SimStore store, Randomness chance) {
        cluster.world().after(chance.between(100 * MILLI, 4 * SECOND), "restart", () -> {
            if (!store.isUp() && store.refusal() == null) {
                store.start();
            }
        });
    }

    /** All stores and the placement driver lose their power at once. */
    private void powerCutEverywhere(Randomness chance) {
        count("power-cut-all");
        for (SimStore store : cluster.stores()) {
            if (store.isUp()) {
                store.kill(true);
                cluster.watch().forget(store.number());
            }
            restartLater(store, chance);
        }
        if (cluster.placement().isUp()) {
            cluster.placement().kill(true);
            restartPlacementLater(chance, 2 * SECOND);
        }
    }

    private void killPlacement(Randomness chance) {
        if (cluster.placement().isUp()) {
            boolean isLong = chance.below(4) == 0;
            count(isLong ? "placement-down-for-long" : "kill-placement");
            cluster.placement().kill(chance.below(2) == 0);
            restartPlacementLater(chance, isLong ? 15 * SECOND : 2 * SECOND);
        }
    }

    private void restartPlacementLater(Randomness chance, long atMostNanos) {
        cluster.world().after(chance.between(100 * MILLI, atMostNanos), "restart", () -> {
            if (!cluster.placement().isUp()) {
                cluster.placement().start();
            }
        });
    }

    private void pausePlacement(Randomness chance) {
        if (cluster.placement().isUp()) {
            count("pause-placement");
            cluster.placement().machine().pause(chance.between(50 * MILLI, 8 * SECOND));
        }
    }

    private void pause(Randomness chance, SimStore victim) {
        if (victim.isUp()) {
            count("pause");
            trail.note("nemesis: victim is " + victim.host());
            victim.machine().pause(chance.between(50 * MILLI, (chance.below(8) == 0 ? 30 : 6) * SECOND));
        }
    }

    private void stallDisk(Randomness chance) {
        SimStore victim = chance.below(2) == 0 ? leader(chance) : any(chance, cluster.stores());
        if (victim.isUp()) {
            count("stall-disk");
            trail.note("nemesis: victim is " + victim.host());
            victim.machine().stallDisk(chance.between(500 * MILLI, 6 * SECOND));
        }
    }

    /** A new leader knows what is committed well before its engine does. */
    private void newLeader(SimStore store) {
        if (!isOver && mask.hasLags() && lagging.below(4) == 0) {
            count("slow-engine-of-new-leader");
            store.machine().stallEngine(lagging.between(50 * MILLI, 1_500 * MILLI));
        }
    }

    /** The power fails in the midst of one of the next writes or forces. */
    private void cutPowerAtWrite(Randomness chance) {
        SimStore victim = any(chance, cluster.stores());
        count("power-cut-at-write");
        victim.logDisk().crashAfter(1 + chance.below(40));
    }

    private void failForces(Randomness chance) {
        SimStore victim = any(chance, cluster.stores());
        count("fail-force");
        victim.logDisk().failForces();
    }

    private void rollingRestart(Randomness chance) {
        count("rolling-restart");
        long at = 0;
        for (SimStore store : cluster.stores()) {
            at += chance.between(300 * MILLI, 1_500 * MILLI);
            cluster.world().after(at, "rolling", () -> {
                if (!isOver) {
                    kill(chance, store, false);
                }
            });
        }
    }

    /** At most once in a run: a second loss could take the last copies of something. */
    private void loseAStore(Randomness chance) {
        SimStore victim = any(chance, cluster.stores());
        boolean isSafe = mayLoseAStore && !lost.hasHappened() && victim.storeId() != 0 && victim.isUp();
        if (isSafe) {
            count("lose-store");
            trail.note("nemesis: victim is " + victim.host());
            cluster.watch().forget(victim.number());
            lost.begin(victim);
        }
    }

    /** A store that leads something, if one is known. */
    private SimStore leader(Randomness chance) {
        List<SimStore> leading = cluster.stores().stream()
                .filter(SimStore::isUp)
                .filter(store -> store.statuses().stream().anyMatch(status -> status.isLeader()))
                .toList();
        return any(chance, leading.isEmpty() ? cluster.stores() : leading);
    }

    private static <T> T any(Randomness chance, List<T> list) {
        return list.get((int) chance.below(list.size()));
    }

    /** No more trouble: links heal, everybody starts again. */
    void end() {
        isOver = true;
        trail.note("nemesis: ends");
        cluster.network().healAll();
        cluster.stores().forEach(store -> {
            store.moments().set(false);
            store.stalls().set(false);
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
