package dev.cleave.tests.simulator;

import static dev.cleave.tests.simulator.Victims.MILLI;
import static dev.cleave.tests.simulator.Victims.SECOND;

import dev.cleave.engine.base.Randomness;
import dev.cleave.tests.simulator.Scenario.Kind;
import java.util.List;

/** A placement driver that dies, is away for long, or stands still. */
final class PlacementFaults {
    private final Victims victims;

    PlacementFaults(Victims victims) {
        this.victims = victims;
    }

    List<Fault> faults() {
        return List.of(new Fault(Kind.PLACEMENT, 4, this::kill), new Fault(Kind.PLACEMENT, 2, this::pause));
    }

    private void kill(Randomness chance) {
        SimPlacement placement = victims.cluster().placement();
        if (placement.isUp()) {
            boolean isLong = chance.below(4) == 0;
            victims.done(isLong ? "placement-down-for-long" : "kill-placement");
            placement.kill(chance.below(2) == 0);
            victims.restartPlacementLater(chance.between(100 * MILLI, isLong ? 15 * SECOND : 2 * SECOND));
        }
    }

    private void pause(Randomness chance) {
        SimPlacement placement = victims.cluster().placement();
        if (placement.isUp()) {
            victims.done("pause-placement");
            placement.machine().pause(chance.between(50 * MILLI, 8 * SECOND));
        }
    }
}
