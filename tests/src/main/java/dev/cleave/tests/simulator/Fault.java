package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Randomness;
import java.util.List;
import java.util.function.Consumer;

/**
 * One kind of trouble that the nemesis may make.
 *
 * @param weight how often, against the others of its kind
 * @param act makes it; what it decides by chance it draws from the source that it is given
 */
record Fault(Scenario.Kind kind, int weight, Consumer<Randomness> act) {
    Fault {
        if (weight <= 0) {
            throw new IllegalArgumentException("a fault that never happens");
        }
    }

    /** All that there are, to be drawn from as a scenario weighs them. */
    record Table(List<Fault> faults, Scenario scenario) {
        Fault draw(Randomness chance) {
            long at = chance.below(faults.stream().mapToLong(this::weight).sum());
            for (Fault fault : faults) {
                at -= weight(fault);
                if (at < 0) {
                    return fault;
                }
            }
            throw new AssertionError("the weights sum up");
        }

        private long weight(Fault fault) {
            return (long) fault.weight * scenario.weight(fault.kind);
        }
    }
}
