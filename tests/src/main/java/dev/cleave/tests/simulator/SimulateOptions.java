package dev.cleave.tests.simulator;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@code bin/simulate} is asked to do.
 *
 * @param summary where the figures are to be written as JSON, null if nowhere
 */
record SimulateOptions(
        long from,
        long to,
        int seconds,
        Scenario scenario,
        Mask mask,
        int threads,
        boolean isTraced,
        @Nullable Path summary) {
    static final String USAGE = """
            usage: bin/simulate --seeds FROM-TO [--seconds VIRTUAL] [--scenario NAME] [--threads N] [--only ACTS] [--trace] [--summary FILE]
              --seeds FROM-TO    seeds to run, both included; one number runs one seed
              --seconds VIRTUAL  seconds of trouble in each run, 1 to 3600 (30)
              --scenario NAME    the kind of trouble: %s (all)
              --threads N        seeds run at one time (as many as there are cores)
              --only ACTS        acts of the nemesis that are carried out, as a shrunk failure names them: 3,7,deaths,lags,absent or none
              --trace            also print each run, and the whole trail of a failure
              --summary FILE     write the figures to FILE as JSON""".formatted(Scenario.names());

    private static final int SECONDS_MAX = 3_600;
    private static final int THREADS_MAX = 256;
    static final int SECONDS = 30;

    static SimulateOptions of(long from, long to, int seconds) {
        return new SimulateOptions(
                from, to, seconds, Scenario.ALL, Mask.ALL, Runtime.getRuntime().availableProcessors(), false, null);
    }

    Plan plan(long seed) {
        return new Plan(seed, seconds, scenario, mask);
    }

    /** Reads the command line; says in words what is wrong with it. */
    static SimulateOptions parse(String... args) {
        long[] seeds = {};
        SimulateOptions options = of(0, 0, SECONDS);
        for (int i = 0; i < args.length; i++) {
            String option = args[i];
            switch (option) {
                case "--trace" -> options = options.traced();
                case "--seeds" -> seeds = seeds(value(args, ++i));
                case "--seconds" ->
                    options = options.withSeconds((int) number(option, value(args, ++i), 1, SECONDS_MAX));
                case "--threads" ->
                    options = options.withThreads((int) number(option, value(args, ++i), 1, THREADS_MAX));
                case "--scenario" -> options = options.withScenario(Scenario.parse(value(args, ++i)));
                case "--only" -> options = options.withMask(Mask.parse(value(args, ++i)));
                case "--summary" -> options = options.withSummary(Path.of(value(args, ++i)));
                default -> throw new IllegalArgumentException("unknown option " + option);
            }
        }
        if (seeds.length == 0) {
            throw new IllegalArgumentException("--seeds is missing");
        }
        return new SimulateOptions(
                seeds[0],
                seeds[1],
                options.seconds,
                options.scenario,
                options.mask,
                options.threads,
                options.isTraced,
                options.summary);
    }

    private static long[] seeds(String text) {
        String[] ends = text.split("-", 2);
        long from = number("--seeds", ends[0], 0, Long.MAX_VALUE - 1);
        long to = ends.length == 1 ? from : number("--seeds", ends[1], 0, Long.MAX_VALUE - 1);
        if (to < from) {
            throw new IllegalArgumentException("--seeds " + text + " goes downwards");
        }
        return new long[] {from, to};
    }

    private static String value(String[] args, int index) {
        if (index >= args.length || args[index].startsWith("--")) {
            throw new IllegalArgumentException(args[index - 1] + " needs a value");
        }
        return args[index];
    }

    private static long number(String option, String text, long least, long most) {
        long number;
        try {
            number = Long.parseLong(text);
        } catch (NumberFormatException wrong) {
            throw new IllegalArgumentException(option + ": '" + text + "' is not a number");
        }
        if (number < least || number > most) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "%s: %d is not between %d and %d", option, number, least, most));
        }
        return number;
    }

    private SimulateOptions withSeconds(int next) {
        return new SimulateOptions(from, to, next, scenario, mask, threads, isTraced, summary);
    }

    SimulateOptions withScenario(Scenario next) {
        return new SimulateOptions(from, to, seconds, next, mask, threads, isTraced, summary);
    }

    SimulateOptions withThreads(int next) {
        return new SimulateOptions(from, to, seconds, scenario, mask, next, isTraced, summary);
    }

    private SimulateOptions withMask(Mask next) {
        return new SimulateOptions(from, to, seconds, scenario, next, threads, isTraced, summary);
    }

    SimulateOptions withSummary(Path next) {
        return new SimulateOptions(from, to, seconds, scenario, mask, threads, isTraced, next);
    }

    private SimulateOptions traced() {
        return new SimulateOptions(from, to, seconds, scenario, mask, threads, true, summary);
    }
}
