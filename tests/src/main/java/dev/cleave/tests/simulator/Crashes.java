package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Invariant;
import java.util.function.BiConsumer;

/** What the end of an agent by an exception means: nothing in a simulated run may fail unless a fault was made to do so. */
final class Crashes {
    BiConsumer<String, Throwable> of(Machine machine) {
        return (role, failure) -> {
            throw new Violation(
                    "agent " + role + " of " + machine.name() + " failed: " + failure
                            + (failure instanceof Invariant.Broken ? " (a broken promise of our own)" : ""),
                    failure);
        };
    }
}
