package dev.cleave.tests.simulator;

import dev.cleave.engine.agents.SystemClock;
import dev.cleave.engine.base.Clock;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** {@code bin/simulate}: runs seeds in parallel on the cores there are; the last line printed says how it went. */
public final class Simulate {
    /** More failures than these are only named: shrinking takes many runs each. */
    private static final int SHRUNK_MAX = 3;

    private Simulate() {}

    public static void main(String[] args) throws InterruptedException, IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        SimulateOptions options;
        try {
            options = SimulateOptions.parse(args);
        } catch (IllegalArgumentException wrong) {
            System.err.println("simulate: " + wrong.getMessage());
            System.err.println(SimulateOptions.USAGE);
            System.exit(2);
            return;
        }
        System.exit(run(options, out).violations() == 0 ? 0 : 1);
    }

    /** Runs all seeds. */
    static Tally run(SimulateOptions options, PrintStream out) throws InterruptedException, IOException {
        Clock clock = new SystemClock();
        long startNanos = clock.nanos();
        Tally tally = new Tally();
        for (Failed failed : runAll(options, tally, out)) {
            new FailureReport(out, options.isTraced()).tell(failed.plan, failed.failure);
        }
        if (options.mask().isAll() && options.scenario() == Scenario.ALL) {
            for (Sometimes missed : Sometimes.missed(tally.sometimes(), tally.virtualSeconds())) {
                tally.addMissed();
                out.println("VIOLATION no seed of this batch took the path " + missed.path() + ": " + missed.meaning());
            }
        }
        Summary summary = new Summary(options, tally, TimeUnit.NANOSECONDS.toMillis(clock.nanos() - startNanos));
        out.print(summary.text());
        if (options.summary() != null) {
            Files.writeString(options.summary(), summary.json());
        }
        out.println(tally);
        return tally;
    }

    private record Failed(Plan plan, Violation failure) {}

    /** Results are taken in the order of seeds, so that what is printed does not depend on which run ended first. */
    private static List<Failed> runAll(SimulateOptions options, Tally tally, PrintStream out)
            throws InterruptedException {
        ExecutorService workers = Executors.newFixedThreadPool(options.threads());
        List<Future<Run.Result>> results = new ArrayList<>();
        for (long seed = options.from(); seed <= options.to(); seed++) {
            Run run = new Run(options.plan(seed));
            results.add(workers.submit(() -> run.go()));
        }
        workers.shutdown();
        List<Failed> failures = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            try {
                Run.Result result = results.get(i).get();
                tally.add(result, options.seconds());
                if (options.isTraced()) {
                    out.println(result);
                }
            } catch (ExecutionException failed) {
                tally.addFailed(options.seconds());
                Throwable cause = failed.getCause();
                out.println("VIOLATION " + (cause == null ? failed : cause).getMessage());
                if (cause instanceof Violation violation && failures.size() < SHRUNK_MAX) {
                    failures.add(new Failed(options.plan(options.from() + i), violation));
                }
            }
            results.set(i, null);
        }
        return failures;
    }
}
