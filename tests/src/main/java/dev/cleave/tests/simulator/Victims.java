package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Randomness;
import dev.cleave.region.protocol.Region;
import java.util.ArrayList;
import java.util.List;

/** Whom trouble happens to, what is noted of it, and who comes back from it when. */
final class Victims {
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000 * MILLI;

    private final SimCluster cluster;
    private final Notes notes;
    private boolean isOver;

    /** Where it is noted what was done. */
    interface Notes {
        /** Something was done: counted under its name. */
        void done(String what);

        /** Something that whoever reads a trail wants to know. */
        void note(String text);

        /** What is put off belongs to the act that puts it off. */
        default Runnable ofThisAct(Runnable action) {
            return action;
        }
    }

    Victims(SimCluster cluster, Notes notes) {
        this.cluster = cluster;
        this.notes = notes;
    }

    SimCluster cluster() {
        return cluster;
    }

    void done(String what) {
        notes.done(what);
    }

    void done(String what, SimStore victim) {
        notes.done(what);
        notes.note("nemesis: victim is " + victim.host());
    }

    /** From now on nobody begins anything; what was put off is left out. */
    void end() {
        isOver = true;
    }

    /** Lets something happen later, unless all trouble is over by then. */
    void later(long nanos, String what, Runnable action) {
        Runnable own = notes.ofThisAct(action);
        cluster.world().after(nanos, what, () -> {
            if (!isOver) {
                own.run();
            }
        });
    }

    SimStore any(Randomness chance) {
        return any(chance, cluster.stores());
    }

    /** A store that leads something, if one is known. */
    SimStore leader(Randomness chance) {
        List<SimStore> leading = cluster.stores().stream()
                .filter(SimStore::isUp)
                .filter(store -> store.statuses().stream().anyMatch(status -> status.isLeader()))
                .toList();
        return any(chance, leading.isEmpty() ? cluster.stores() : leading);
    }

    /** The stores' hosts in an order by chance. */
    List<String> hosts(Randomness chance) {
        List<String> hosts =
                new ArrayList<>(cluster.stores().stream().map(SimStore::host).toList());
        shuffle(chance, hosts);
        return hosts;
    }

    void kill(SimStore victim, boolean isPowerCut) {
        victim.kill(isPowerCut);
        cluster.watch().forget(victim.number());
    }

    /** Stops a process for a while. Leases that it held may end meanwhile. */
    void pause(SimStore victim, long nanos) {
        List<Region> held = victim.leased();
        Machine paused = victim.machine();
        paused.pause(nanos);
        cluster.world().after(nanos, "resumed", () -> {
            if (!paused.isDead() && !victim.leased().containsAll(held)) {
                cluster.referee().count("lease-ended-in-pause");
            }
        });
    }

    void restartLater(Randomness chance, SimStore store) {
        restartLater(store, chance.between(100 * MILLI, 4 * SECOND));
    }

    void restartLater(SimStore store, long nanos) {
        later(nanos, "restart", () -> {
            if (!store.isUp() && store.refusal() == null) {
                store.start();
            }
        });
    }

    void restartPlacementLater(long nanos) {
        cluster.world().after(nanos, "restart", () -> {
            if (!cluster.placement().isUp()) {
                cluster.placement().start();
            }
        });
    }

    static <T> T any(Randomness chance, List<T> list) {
        return list.get((int) chance.below(list.size()));
    }

    static <T> void shuffle(Randomness chance, List<T> list) {
        for (int i = list.size() - 1; i > 0; i--) {
            int other = (int) chance.below(i + 1);
            list.set(other, list.set(i, list.get(other)));
        }
    }
}
