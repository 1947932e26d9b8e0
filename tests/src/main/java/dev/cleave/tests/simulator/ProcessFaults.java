package dev.cleave.tests.simulator;

import static dev.cleave.tests.simulator.Victims.MILLI;
import static dev.cleave.tests.simulator.Victims.SECOND;

import dev.cleave.engine.base.Randomness;
import dev.cleave.tests.simulator.Scenario.Kind;
import java.util.List;

/** Processes of stores that end, stand still, or come and go. */
final class ProcessFaults {
    private final Victims victims;

    ProcessFaults(Victims victims) {
        this.victims = victims;
    }

    List<Fault> faults() {
        return List.of(
                new Fault(Kind.PROCESS, 4, chance -> kill(chance, victims.any(chance))),
                new Fault(Kind.PROCESS, 2, chance -> kill(chance, victims.leader(chance))),
                new Fault(Kind.PROCESS, 2, chance -> pause(chance, victims.any(chance))),
                new Fault(Kind.PROCESS, 2, chance -> pause(chance, victims.leader(chance))),
                new Fault(Kind.PROCESS, 1, this::pauseClients),
                new Fault(Kind.PROCESS, 2, this::rollingRestart),
                new Fault(Kind.PROCESS, 1, this::restartStorm));
    }

    private void kill(Randomness chance, SimStore victim) {
        if (victim.isUp()) {
            victims.done("kill", victim);
            victims.kill(victim, false);
            victims.restartLater(chance, victim);
        }
    }

    /** Mostly for some seconds; now and then so long that everybody has given it up. */
    private void pause(Randomness chance, SimStore victim) {
        if (victim.isUp()) {
            boolean isLong = chance.below(6) == 0;
            victims.done(isLong ? "pause-long" : "pause", victim);
            victims.pause(victim, chance.between(100 * MILLI, isLong ? 30 * SECOND : 6 * SECOND));
        }
    }

    /** Nobody asks for anything for a while, then all do at once: groups fall asleep, and are woken. */
    private void pauseClients(Randomness chance) {
        victims.done("pause-clients");
        long nanos = chance.between(500 * MILLI, 6 * SECOND);
        victims.cluster().clients().machines().forEach(machine -> machine.pause(nanos));
    }

    private void rollingRestart(Randomness chance) {
        victims.done("rolling-restart");
        long at = 0;
        for (SimStore store : victims.cluster().stores()) {
            at += chance.between(300 * MILLI, 1_500 * MILLI);
            victims.later(at, "rolling", () -> kill(chance, store));
        }
    }

    /** One store, or all, again and again, each time soon after it has come up, in the midst of its start. */
    private void restartStorm(Randomness chance) {
        victims.done("restart-storm");
        boolean isOfAll = chance.below(3) == 0;
        List<SimStore> struck = isOfAll ? victims.cluster().stores() : List.of(victims.any(chance));
        for (SimStore store : struck) {
            long at = 0;
            for (int i = 0; i < 5; i++) {
                at += chance.between(30 * MILLI, 600 * MILLI);
                long downNanos = chance.between(10 * MILLI, 200 * MILLI);
                victims.later(at, "storm", () -> {
                    if (store.isUp()) {
                        victims.kill(store, false);
                    }
                    victims.restartLater(store, downNanos);
                });
            }
        }
    }
}
