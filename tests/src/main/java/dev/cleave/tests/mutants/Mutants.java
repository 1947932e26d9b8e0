package dev.cleave.tests.mutants;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.LoggerFactory;

/** {@code bin/simulate --mutants [--seeds MOST] [NAME...]}: has the simulator look for mutants; the table printed is that of docs/testing.md. */
public final class Mutants {
    private static final String SEEDS = "--seeds";
    /** How many seeds an open mutant is given if nobody says. */
    private static final int OPEN_SEEDS = 40;

    private Mutants() {}

    public static void main(String[] args) throws InterruptedException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        List<String> names = new ArrayList<>();
        int seeds = 0;
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals(SEEDS) && i + 1 < args.length) {
                seeds = Integer.parseInt(args[++i]);
            } else {
                names.add(args[i]);
            }
        }
        List<Mutant> chosen = MutantList.all().stream()
                .filter(mutant -> names.isEmpty() ? !mutant.isOpen() : names.contains(mutant.name()))
                .toList();
        SourceTree sources = new SourceTree(Path.of(System.getProperty("cleave.root", System.getProperty("user.dir"))));
        List<MutationRun.Outcome> outcomes =
                run(chosen, new MutationRun(sources, System.getProperty("java.class.path")), seeds, out);
        out.println(table(outcomes));
        long caught = outcomes.stream().filter(MutationRun.Outcome::isCaught).count();
        out.println("mutants " + outcomes.size() + " caught " + caught);
        System.exit(caught == outcomes.size() && !outcomes.isEmpty() ? 0 : 1);
    }

    /** Runs mutants on the cores there are. {@code seedsMax} is how many seeds each is given, 0 for as many as it states. */
    public static List<MutationRun.Outcome> run(List<Mutant> mutants, MutationRun run, int seedsMax, PrintStream out)
            throws InterruptedException {
        // Logging begins before the runs do, or the first of them meet a half-made one.
        LoggerFactory.getILoggerFactory();
        ExecutorService workers =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        List<Future<MutationRun.Outcome>> running = new ArrayList<>();
        for (Mutant mutant : mutants) {
            running.add(workers.submit(() ->
                    run.run(mutant, seedsMax == 0 ? mutant.isOpen() ? OPEN_SEEDS : mutant.seedsMax() : seedsMax)));
        }
        workers.shutdown();
        List<MutationRun.Outcome> outcomes = new ArrayList<>();
        for (Future<MutationRun.Outcome> each : running) {
            try {
                MutationRun.Outcome outcome = each.get();
                outcomes.add(outcome);
                out.printf(
                        Locale.ROOT,
                        "%-36s %s  %s%n",
                        outcome.mutant().name(),
                        outcome.isCaught() ? "caught after " + outcome.caughtAfter() : "SURVIVES",
                        outcome.finding());
            } catch (ExecutionException failed) {
                throw new IllegalStateException(failed.getCause());
            }
        }
        return outcomes;
    }

    /** What was found, as docs/testing.md holds it. */
    public static String table(List<MutationRun.Outcome> outcomes) {
        StringBuilder text = new StringBuilder("| rule | mutant | caught after | of at most |\n|---|---|---|---|\n");
        for (MutationRun.Outcome outcome : outcomes) {
            Mutant mutant = outcome.mutant();
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | `%s`: %s | %s | %d%s |%n",
                    mutant.rule(),
                    mutant.name(),
                    mutant.wrong(),
                    outcome.isCaught() ? String.valueOf(outcome.caughtAfter()) : "**survives**",
                    mutant.seedsMax(),
                    mutant.conditions()));
        }
        return text.toString();
    }
}
