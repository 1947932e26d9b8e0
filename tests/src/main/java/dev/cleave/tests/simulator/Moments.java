package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Randomness;
import java.util.Map;
import java.util.TreeMap;

/**
 * Points inside a step of a store at which it may die: before and after each engine operation, right after a force. The chance of each is that of its
 * kind; the nemesis switches them on and off.
 */
final class Moments {
    /** More deaths of one store than this leave it no time to live. */
    private static final int DEATHS_MAX = 4;

    private static final Map<String, Long> ONE_IN = Map.of(
            "write-forced", 8_000L,
            "batch", 8_000L,
            "mark-forced", 40L,
            "descriptor", 80L,
            "replace-range", 12L,
            "destroy-range", 20L,
            "flush", 60L);

    private final Randomness randomness;
    private final Runnable kill;
    private final Map<String, Long> done;
    private boolean isOn;
    private int deaths;

    Moments(Randomness randomness, Runnable kill) {
        this.randomness = randomness;
        this.kill = kill;
        this.done = new TreeMap<>();
    }

    void set(boolean on) {
        isOn = on;
    }

    /** Deaths so far, by moment. */
    Map<String, Long> done() {
        return done;
    }

    /** The moment is there: by chance the process dies right here. */
    void come(String moment) {
        if (isOn && deaths < DEATHS_MAX && randomness.below(ONE_IN.getOrDefault(moment, 1_000L)) == 0) {
            deaths++;
            done.merge("die-at-" + moment, 1L, Long::sum);
            kill.run();
            throw new Died(moment);
        }
    }

    /** Unwinds what was going on in a process that is dead. */
    static final class Died extends Error {
        private static final long serialVersionUID = 1L;

        Died(String moment) {
            super("the process died at " + moment);
        }
    }
}
