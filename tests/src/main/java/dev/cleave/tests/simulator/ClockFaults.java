package dev.cleave.tests.simulator;

import static dev.cleave.tests.simulator.Victims.MILLI;
import static dev.cleave.tests.simulator.Victims.SECOND;

import dev.cleave.engine.base.Randomness;
import dev.cleave.tests.simulator.Scenario.Kind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Disturbs the clocks of stores: machines are suspended, wall clocks set ahead or back, or stopped. What leases do not promise to survive is left out: a
 * wall clock that goes back or stops on the very machine that was suspended a moment ago hides the suspension from both clocks.
 */
final class ClockFaults {
    /** Longer than any lease. */
    private static final long CALM_NANOS = 3 * SECOND;

    private final Victims victims;
    private final SimCluster cluster;
    private final Map<Integer, Long> calmFrom = new TreeMap<>();

    ClockFaults(Victims victims) {
        this.victims = victims;
        this.cluster = victims.cluster();
    }

    List<Fault> faults() {
        return List.of(
                new Fault(Kind.CLOCK, 4, chance -> disturb(chance, victims.leader(chance))),
                new Fault(Kind.CLOCK, 2, chance -> disturb(chance, victims.any(chance))));
    }

    private void disturb(Randomness chance, SimStore victim) {
        HostClock clock = victim.clock();
        long now = cluster.world().nanos();
        if (clock.isDisturbed() || now < calmFrom.getOrDefault(victim.number(), 0L)) {
            return;
        }
        switch ((int) chance.below(6)) {
            case 0, 1, 2 -> suspend(chance, victim);
            case 3 -> {
                victims.done("wall-ahead", victim);
                clock.setWall(wide(chance));
            }
            case 4 -> {
                victims.done("wall-back", victim);
                clock.setWall(-wide(chance));
                calm(victim, CALM_NANOS);
            }
            default -> {
                victims.done("wall-stops", victim);
                long nanos = chance.between(100 * MILLI, 8 * SECOND);
                clock.stopWall(nanos);
                calm(victim, nanos + CALM_NANOS);
            }
        }
    }

    private void suspend(Randomness chance, SimStore victim) {
        if (victim.isUp()) {
            victims.done("suspend-machine", victim);
            long nanos = chance.between(100 * MILLI, List.of(1, 4, 12).get((int) chance.below(3)) * SECOND);
            victim.clock().suspend(nanos);
            victims.pause(victim, nanos);
            calm(victim, nanos + CALM_NANOS);
        }
    }

    private void calm(SimStore victim, long nanos) {
        calmFrom.put(victim.number(), cluster.world().nanos() + nanos);
    }

    /** From a few milliseconds to some minutes. */
    private static long wide(Randomness chance) {
        long most = List.of(20L, 900L, 5_000L, 300_000L).get((int) chance.below(4));
        return chance.between(1, most);
    }
}
