package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.log.DiskFailure;
import dev.cleave.engine.log.SimulatedDisk;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** What the end of an agent by an exception means: nothing in a simulated run may fail unless a fault was made to do so. */
final class Crashes {
    /** {@code diskFailed} ends a process whose disk has failed under it; false if that is not what has happened. */
    BiConsumer<String, Throwable> of(Machine machine, Predicate<Throwable> diskFailed) {
        return (role, failure) -> {
            if (failure instanceof Violation violation) {
                throw violation;
            }
            if (machine.isDead()) {
                return;
            }
            if (diskFailed.test(failure)) {
                return;
            }
            throw new Violation(
                    "agent " + role + " of " + machine.name() + " failed: " + failure
                            + (failure instanceof Invariant.Broken ? " (a broken promise of our own)" : ""),
                    failure);
        };
    }

    /** Whether the log found other bytes than it had written. */
    static boolean isOfRot(Throwable failure) {
        return failure instanceof DiskFailure
                && String.valueOf(failure.getMessage()).contains("the log is damaged");
    }

    /** Whether it was the simulated disk that failed, as it was told to. */
    static boolean isOfDisk(Throwable failure) {
        return failure instanceof SimulatedDisk.PowerCut
                || (failure instanceof DiskFailure
                        && (String.valueOf(failure.getMessage()).contains("simulated force failed")
                                // Several stalls in a row are more than a store bears.
                                || String.valueOf(failure.getMessage()).contains("has not answered")));
    }

    /** Whether a log could not begin a segment for want of space: a start may fail of that, and a log that had more on its way than the space held ready. */
    static boolean isOfFullDisk(Throwable failure) {
        return failure instanceof DiskFailure
                && String.valueOf(failure.getMessage()).contains("no space left on the simulated disk");
    }
}
