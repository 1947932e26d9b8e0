package dev.cleave.tests.simulator;

import static dev.cleave.tests.simulator.Victims.MILLI;
import static dev.cleave.tests.simulator.Victims.SECOND;

import dev.cleave.engine.base.Randomness;
import dev.cleave.tests.simulator.Scenario.Kind;
import java.util.List;

/** Disks that stall, fail, or are lost. */
final class DiskFaults {
    private final Victims victims;
    private final LostStore lost;
    private final boolean mayLoseAStore;

    DiskFaults(Victims victims, LostStore lost, boolean mayLoseAStore) {
        this.victims = victims;
        this.lost = lost;
        this.mayLoseAStore = mayLoseAStore;
    }

    List<Fault> faults() {
        return List.of(
                new Fault(Kind.DISK, 1, chance -> stall(chance, victims.leader(chance))),
                new Fault(Kind.DISK, 1, chance -> stall(chance, victims.any(chance))),
                new Fault(Kind.DISK, 2, this::failForces),
                new Fault(Kind.DISK, 2, this::lose));
    }

    private void stall(Randomness chance, SimStore victim) {
        if (victim.isUp()) {
            victims.done("stall-disk", victim);
            victim.machine().stallDisk(chance.between(500 * MILLI, 6 * SECOND));
        }
    }

    /** What was written and not forced is gone, and the store dies of it. */
    private void failForces(Randomness chance) {
        SimStore victim = victims.any(chance);
        victims.done("fail-force", victim);
        victim.logDisk().failForces();
    }

    /** At most once in a run: a second loss could take the last copies of something. */
    private void lose(Randomness chance) {
        SimStore victim = victims.any(chance);
        boolean isSafe = mayLoseAStore && !lost.hasHappened() && victim.storeId() != 0 && victim.isUp();
        if (isSafe) {
            victims.done("lose-store", victim);
            victims.cluster().watch().forget(victim.number());
            lost.begin(victim);
        }
    }
}
