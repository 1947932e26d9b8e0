package dev.cleave.tests.simulator;

/** What makes a run what it is: the same plan gives the same run, event by event. */
record Plan(long seed, int seconds, Scenario scenario, Mask mask) {
    Plan(long seed, int seconds) {
        this(seed, seconds, Scenario.ALL, Mask.ALL);
    }

    Plan withSeconds(int fewer) {
        return new Plan(seed, fewer, scenario, mask);
    }

    Plan withMask(Mask next) {
        return new Plan(seed, seconds, scenario, next);
    }

    /** The command that runs it again. */
    String command() {
        return "bin/simulate --seeds " + seed + " --seconds " + seconds
                + (scenario == Scenario.ALL ? "" : " --scenario " + scenario)
                + (mask.isAll() ? "" : " --only " + mask) + " --trace";
    }
}
