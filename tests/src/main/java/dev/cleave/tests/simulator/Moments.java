package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.Randomness;
import java.util.Map;
import java.util.TreeMap;

/**
 * Points inside a step of a process at which it may die: before and after each engine operation, before a write is handed to the log (what is sent
 * beside it has left), right after a force. The chance of each is that of its
 * kind; the nemesis switches them on and off.
 */
final class Moments {
    /** More deaths of one store than this leave it no time to live. */
    private static final int DEATHS_MAX = 4;

    private static final Map<String, Long> ONE_IN = Map.ofEntries(
            Map.entry("write-asked", 8_000L),
            Map.entry("write-forced", 8_000L),
            Map.entry("batch", 8_000L),
            Map.entry("mark-forced", 40L),
            Map.entry("descriptor", 80L),
            Map.entry("replace-range", 12L),
            Map.entry("range-cleared", 12L),
            Map.entry("destroy-range", 20L),
            Map.entry("range-file", 200L),
            Map.entry("flush", 60L));

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
        if (strikes(moment)) {
            die(moment);
        }
    }

    /** Whether the process is to die at this moment: then {@link #die} must follow. */
    boolean strikes(String moment) {
        return isOn
                && deaths < DEATHS_MAX
                && randomness.below(Invariant.present(ONE_IN.get(moment), "each moment has a chance")) == 0;
    }

    void die(String moment) {
        deaths++;
        done.merge("die-at-" + moment, 1L, Long::sum);
        kill.run();
        throw new Died(moment);
    }

    /** Unwinds what was going on in a process that is dead. */
    static final class Died extends Error {
        private static final long serialVersionUID = 1L;

        Died(String moment) {
            super("the process died at " + moment);
        }
    }
}
