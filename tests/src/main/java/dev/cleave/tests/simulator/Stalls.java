package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Randomness;
import java.util.Map;
import java.util.TreeMap;

/**
 * Points in the midst of something at which a store may stand still for a while, by a SIGSTOP or a collection of garbage, or only one of its threads:
 * between the looks at a lease and the read between them, or between reading the clock and what is done at that time. The rest of the world goes on.
 */
final class Stalls {
    private static final long MILLI = 1_000_000L;
    private static final long READS_PER_STALL = 600;
    private static final long TURNS_PER_STALL = 6_000;

    private final World world;
    private final Randomness randomness;
    private final Map<String, Long> done = new TreeMap<>();
    private boolean isOn;
    private long dueNanos;

    Stalls(World world, Randomness randomness) {
        this.world = world;
        this.randomness = randomness;
    }

    void set(boolean on) {
        isOn = on;
    }

    Map<String, Long> done() {
        return done;
    }

    /** The next turn of the replica agent is held up for so long, after it has read the clock. */
    void holdUpNextTurn(long nanos) {
        dueNanos = nanos;
    }

    /** A read is about to look at the engine, or has just done so: by chance the whole process stands still here. */
    void atRead(Machine machine) {
        if (isOn && randomness.below(READS_PER_STALL) == 0) {
            done.merge("process-stands-still-in-read", 1L, Long::sum);
            machine.standStill(nanos());
        }
    }

    /** An agent has read the clock, and begins its turn: by chance its thread alone stands still. False if the process has died meanwhile. */
    boolean survivesTurn(Machine machine, String role) {
        boolean isReplicas = role.equals("replica");
        if (isReplicas && dueNanos > 0) {
            long nanos = dueNanos;
            dueNanos = 0;
            world.runUntil(world.nanos() + nanos);
        } else if (isReplicas && isOn && randomness.below(TURNS_PER_STALL) == 0) {
            done.merge("thread-stands-still-in-turn", 1L, Long::sum);
            world.runUntil(world.nanos() + nanos());
        }
        return !machine.isDead();
    }

    private long nanos() {
        return randomness.between(20 * MILLI, randomness.below(2) == 0 ? 400 * MILLI : 3_500 * MILLI);
    }
}
