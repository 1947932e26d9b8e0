package dev.cleave.tests.simulator;

/** What makes a run what it is: the same plan gives the same run, event by event. */
record Plan(long seed, int seconds, Mask mask) {
    Plan(long seed, int seconds) {
        this(seed, seconds, Mask.ALL);
    }

    Plan withSeconds(int fewer) {
        return new Plan(seed, fewer, mask);
    }

    Plan withMask(Mask next) {
        return new Plan(seed, seconds, next);
    }

    /** The command that runs it again. */
    String command() {
        return "bin/simulate --seeds " + seed + " --seconds " + seconds + (mask.isAll() ? "" : " --only " + mask)
                + " --trace";
    }
}
