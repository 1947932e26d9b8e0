package dev.cleave.tests.simulator;

import static dev.cleave.tests.simulator.Victims.MILLI;

import dev.cleave.engine.base.Randomness;
import dev.cleave.tests.simulator.Scenario.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Makes trouble by chance, one act after the other, drawn from a table of {@link Fault}s as the scenario weighs them. */
final class Nemesis {
    private final SimCluster cluster;
    private final Trail trail;
    private final Mask mask;
    private final Scenario scenario;
    /** When acts happen, and where their own sources of chance come from: what one act draws changes no other. */
    private final Randomness timing;

    private final Randomness lagging;
    private final Randomness restarting;
    private final Victims victims;
    private final LostStore lost;
    private final Rot rot;
    private final Joints joints;
    private final Fault.Table table;
    private final boolean hasMoments;
    private final Map<String, Long> done = new TreeMap<>();
    private final List<Act> acts = new ArrayList<>();
    private int actNumber;
    /** The number of the act being carried out, 0 if none. */
    private int carriedOut;

    private boolean isOver;

    /** Something that was done: the number of the act, when, and what. */
    record Act(int number, long nanos, String what) {}

    Nemesis(SimCluster cluster, Trail trail, Scenario scenario, Mask mask) {
        this.cluster = cluster;
        this.trail = trail;
        this.scenario = scenario;
        this.mask = mask;
        Randomness randomness = cluster.world().randomness().fork();
        this.timing = randomness.fork();
        this.lagging = randomness.fork();
        this.restarting = randomness.fork();
        this.victims = new Victims(cluster, new Notes());
        this.lost = new LostStore(cluster);
        this.rot = new Rot(victims, randomness.fork());
        this.joints = new Joints(victims, scenario, randomness.fork());
        DiskFaults.Loss loss = switch ((int) randomness.below(4)) {
            case 0 -> DiskFaults.Loss.A_STORE;
            case 1 -> DiskFaults.Loss.A_BIT;
            default -> DiskFaults.Loss.NOTHING;
        };
        this.hasMoments = randomness.below(4) != 0 && (scenario.has(Kind.PROCESS) || scenario.has(Kind.POWER));
        this.table = new Fault.Table(
                Stream.of(
                                new ProcessFaults(victims).faults(),
                                new PowerFaults(victims).faults(),
                                new DiskFaults(victims, lost, rot, loss).faults(),
                                new Partitions(victims).faults(),
                                new LinkFaults(victims).faults(),
                                new ClockFaults(victims).faults(),
                                new LeaseAmbushes(victims).faults(),
                                new PlacementFaults(victims).faults(),
                                new Wishes(victims, scenario).faults(),
                                new Members(victims, loss == DiskFaults.Loss.NOTHING).faults())
                        .flatMap(List::stream)
                        .toList(),
                scenario);
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
        cluster.placement().moments().done().forEach((what, count) -> all.merge("pd-" + what, count, Long::sum));
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
                victims.restartLater(restarting, dead);
            });
        });
        cluster.placement().moments().set(hasMoments && mask.hasDeaths());
        cluster.placement().onDeath(() -> {
            trail.note("pd dies in the midst of a step");
            victims.restartPlacementLater(restarting.between(100 * MILLI, 2 * Victims.SECOND));
        });
        cluster.onNewLeader(this::newLeader);
        if (mask.hasLags()) {
            cluster.referee().territory().onJoint(joints::entered);
        }
        next();
    }

    private void next() {
        Randomness chance = timing.fork();
        long pauseNanos = timing.between(50 * MILLI, 900 * MILLI) * scenario.pace();
        cluster.world().after(pauseNanos, "nemesis", () -> {
            if (!isOver) {
                cluster.askRegions();
                actNumber++;
                if (mask.has(actNumber)) {
                    carriedOut = actNumber;
                    table.draw(chance).act().accept(chance);
                    carriedOut = 0;
                }
                lost.goOn();
                rot.goOn();
                next();
            }
        });
    }

    /** A new leader knows what is committed well before its engine does. */
    private void newLeader(SimStore store) {
        if (!isOver && mask.hasLags() && scenario.has(Kind.DISK) && lagging.below(4) == 0) {
            victims.done("slow-engine-of-new-leader");
            store.machine().stallEngine(lagging.between(50 * MILLI, 1_500 * MILLI));
        }
    }

    /** No more trouble: links and disks heal. */
    void end() {
        isOver = true;
        victims.end();
        trail.note("nemesis: ends");
        cluster.network().healAll();
        cluster.placement().moments().set(false);
        cluster.stores().forEach(store -> {
            store.moments().set(false);
            store.stalls().set(false);
            store.logDisk().heal();
            store.logDisk().limit(Long.MAX_VALUE);
            store.pressLog(false);
        });
    }

    /** Sees to it that who is not meant to stay away comes back. */
    void finish(Core core) {
        lost.goOn();
        rot.goOn();
        cluster.stores().stream()
                .filter(store -> !store.isUp() && store.refusal() == null && !core.isDead(store))
                .forEach(SimStore::start);
        if (!cluster.placement().isUp()) {
            cluster.placement().start();
        }
    }

    boolean isFinished() {
        return !lost.isUnderWay();
    }

    /** Counts what is done, for the table at the end, the list of acts and the chain of hashes. */
    private final class Notes implements Victims.Notes {
        @Override
        public void done(String what) {
            done.merge(what, 1L, Long::sum);
            if (carriedOut != 0) {
                acts.add(new Act(carriedOut, cluster.world().nanos(), what));
            }
            note("nemesis" + (carriedOut == 0 ? "" : " act " + carriedOut) + ": " + what);
            cluster.world().mix(what.hashCode());
        }

        @Override
        public void note(String text) {
            trail.note(text);
        }

        @Override
        public Runnable ofThisAct(Runnable action) {
            int act = carriedOut;
            return () -> {
                int before = carriedOut;
                carriedOut = act;
                action.run();
                carriedOut = before;
            };
        }
    }
}
