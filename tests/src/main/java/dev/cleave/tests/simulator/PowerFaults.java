package dev.cleave.tests.simulator;

import static dev.cleave.tests.simulator.Victims.MILLI;
import static dev.cleave.tests.simulator.Victims.SECOND;

import dev.cleave.engine.base.Randomness;
import dev.cleave.tests.simulator.Scenario.Kind;
import java.util.List;

/** Power that fails: what was not forced is gone, in part. */
final class PowerFaults {
    private final Victims victims;

    PowerFaults(Victims victims) {
        this.victims = victims;
    }

    List<Fault> faults() {
        return List.of(
                new Fault(Kind.POWER, 2, chance -> cut(chance, victims.any(chance))),
                new Fault(Kind.POWER, 2, chance -> cut(chance, victims.leader(chance))),
                new Fault(Kind.POWER, 2, this::cutEverywhere),
                new Fault(Kind.POWER, 2, this::cutAtWrite));
    }

    private void cut(Randomness chance, SimStore victim) {
        if (victim.isUp()) {
            victims.done("power-cut", victim);
            victims.kill(victim, true);
            victims.restartLater(chance, victim);
        }
    }

    /** All stores and the placement driver lose their power at once. */
    private void cutEverywhere(Randomness chance) {
        victims.done("power-cut-all");
        for (SimStore store : victims.cluster().stores()) {
            if (store.isUp()) {
                victims.kill(store, true);
            }
            victims.restartLater(chance, store);
        }
        if (victims.cluster().placement().isUp()) {
            victims.cluster().placement().kill(true);
            victims.restartPlacementLater(chance.between(100 * MILLI, 2 * SECOND));
        }
    }

    /** The power fails in the midst of one of the next writes or forces. */
    private void cutAtWrite(Randomness chance) {
        SimStore victim = victims.any(chance);
        victims.done("power-cut-at-write", victim);
        victim.logDisk().crashAfter(1 + chance.below(40));
    }
}
