package dev.cleave.tests.simulator;

import static dev.cleave.tests.simulator.Victims.MILLI;
import static dev.cleave.tests.simulator.Victims.SECOND;

import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.log.SimulatedDisk;
import dev.cleave.tests.simulator.Scenario.Kind;
import java.util.ArrayList;
import java.util.List;

/** Disks that stall, fail, fill up, rot, or are lost. */
final class DiskFaults {
    private final Victims victims;
    private final LostStore lost;
    private final Rot rot;
    private final Loss loss;

    /** What a run may lose for good: each of these takes copies that others must still have, so there is one of them at most. */
    enum Loss {
        NOTHING,
        A_STORE,
        A_BIT
    }

    DiskFaults(Victims victims, LostStore lost, Rot rot, Loss loss) {
        this.victims = victims;
        this.lost = lost;
        this.rot = rot;
        this.loss = loss;
    }

    List<Fault> faults() {
        return List.of(
                new Fault(Kind.DISK, 1, chance -> stall(chance, victims.leader(chance))),
                new Fault(Kind.DISK, 1, chance -> stall(chance, victims.any(chance))),
                new Fault(Kind.DISK, 2, this::forkUnderStall),
                new Fault(Kind.DISK, 2, this::failForces),
                new Fault(Kind.DISK, 2, this::fill),
                new Fault(Kind.DISK, 2, this::lose),
                new Fault(Kind.DISK, 2, this::rot));
    }

    private void stall(Randomness chance, SimStore victim) {
        if (victim.isUp()) {
            victims.done("stall-disk", victim);
            victim.machine().stallDisk(chance.between(500 * MILLI, 6 * SECOND));
        }
    }

    /** A leader is cut off from all others and its force takes long: it hears of the next leader before what it must give up is on its disk. */
    private void forkUnderStall(Randomness chance) {
        SimStore victim = victims.leader(chance);
        if (!victim.isUp()) {
            return;
        }
        victims.done("fork-under-stall", victim);
        List<Runnable> heals = new ArrayList<>();
        victims.cluster().stores().stream()
                .filter(other -> other.number() != victim.number())
                .forEach(other -> heals.add(victims.cluster().network().cutBothWays(victim.host(), other.host())));
        long stallNanos = chance.between(1 * MILLI, 100 * MILLI);
        long healNanos = stallNanos + chance.between(2_500 * MILLI, 4_000 * MILLI);
        victims.later(stallNanos, "stall", () -> {
            if (victim.isUp()) {
                victim.machine().stallDisk(chance.between(4_500 * MILLI, 8 * SECOND));
            }
        });
        victims.later(healNanos, "heal", () -> heals.forEach(Runnable::run));
    }

    /** What was written and not forced is gone, and the store dies of it. */
    private void failForces(Randomness chance) {
        SimStore victim = victims.any(chance);
        victims.done("fail-force", victim);
        victim.logDisk().failForces();
    }

    /**
     * Others take all free space, by chance also what the log gives back; after a while they leave again. By chance the store starts anew meanwhile: then
     * the space held ready is used up, and it has none for entries at all.
     */
    private void fill(Randomness chance) {
        SimStore victim = chance.below(2) == 0 ? victims.leader(chance) : victims.any(chance);
        if (!victim.isUp()) {
            return;
        }
        victims.done("fill-disk", victim);
        SimulatedDisk disk = victim.logDisk();
        if (chance.below(2) == 0) {
            disk.fill();
        } else {
            disk.limit(0);
        }
        if (chance.below(3) == 0) {
            victims.kill(victim, false);
            victims.restartLater(chance, victim);
        }
        victims.later(chance.between(1 * SECOND, 9 * SECOND), "space", () -> disk.limit(Long.MAX_VALUE));
    }

    /**
     * A bit of the log turns while the process is away, or under it: then it is met when what lies there is read for somebody who lags behind or to clean the
     * log, or at a later start.
     */
    private void rot(Randomness chance) {
        SimStore victim = victims.any(chance);
        boolean isAway = chance.below(2) == 0;
        boolean isStruck = loss == Loss.A_BIT && rot.mayHappen() && victim.isUp() && rot.strike(victim);
        if (isStruck) {
            victims.done(isAway ? "rot-away" : "rot-under-way", victim);
        }
        if (isStruck && isAway) {
            victims.kill(victim, false);
            victims.restartLater(chance, victim);
        }
    }

    /** At most once in a run: a second loss could take the last copies of something. */
    private void lose(Randomness chance) {
        SimStore victim = victims.any(chance);
        boolean isSafe = loss == Loss.A_STORE && !lost.hasHappened() && victim.storeId() != 0 && victim.isUp();
        if (isSafe) {
            victims.done("lose-store", victim);
            victims.cluster().watch().forget(victim.number());
            lost.begin(victim);
        }
    }
}
