package dev.cleave.tests.mutants;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Runs the simulator on mutants, seed by seed, until it finds them out. A seed that fails without any mutant, too, finds nothing.
 */
public final class MutationRun {
    private static final String RUN = "dev.cleave.tests.simulator.Run";
    private static final String VIOLATION = "dev.cleave.tests.simulator.Violation";

    private final SourceTree sources;
    private final MutantCompiler compiler;
    /** Whether a seed fails on the code as it is, for the seeds that were asked about. */
    private final Map<String, Boolean> anyway = new ConcurrentHashMap<>();

    public MutationRun(SourceTree sources, String classPath) {
        this.sources = sources;
        this.compiler = new MutantCompiler(classPath);
    }

    /**
     * How a mutant fared.
     *
     * @param caughtAfter how many seeds it took, 0 if it survived
     * @param finding the violation's first line
     */
    public record Outcome(Mutant mutant, int caughtAfter, String finding) {
        public boolean isCaught() {
            return caughtAfter > 0;
        }
    }

    /** Runs seeds from 1 on until one fails, at most {@code seedsMax}. */
    public Outcome run(Mutant mutant, int seedsMax) {
        Simulation simulation = simulation(mutant);
        for (int seed = 1; seed <= seedsMax; seed++) {
            String violation = simulation.violation(seed, mutant);
            if (!violation.isEmpty() && !failsAnyway(seed, mutant)) {
                return new Outcome(mutant, seed, violation);
            }
        }
        return new Outcome(mutant, 0, "");
    }

    private boolean failsAnyway(long seed, Mutant mutant) {
        return anyway.computeIfAbsent(
                mutant.scenario() + " " + seed + " for " + mutant.seconds() + " s",
                any -> !simulation(Map.of()).violation(seed, mutant).isEmpty());
    }

    private Simulation simulation(Mutant mutant) {
        return simulation(compiler.compile(mutant.name(), sources.mutated(mutant)));
    }

    private static Simulation simulation(Map<String, byte[]> replaced) {
        ClassLoader inside = new MutantLoader(MutationRun.class.getClassLoader(), replaced);
        try {
            Class<?> run = Class.forName(RUN, true, inside);
            return new Simulation(run.getConstructor(long.class, int.class, String.class), run.getMethod("go"));
        } catch (ReflectiveOperationException changed) {
            throw new IllegalStateException("the simulator's entrance has changed", changed);
        }
    }

    /** The simulator as it is inside a loader. */
    private record Simulation(Constructor<?> make, Method go) {
        /** The first line of what a seed finds, empty if nothing. */
        String violation(long seed, Mutant mutant) {
            try {
                go.invoke(make.newInstance(seed, mutant.seconds(), mutant.scenario()));
                return "";
            } catch (InvocationTargetException found) {
                Throwable cause = found.getCause() == null ? found : found.getCause();
                if (!cause.getClass().getName().equals(VIOLATION)) {
                    throw new IllegalStateException("this is no finding, it is a failure of the simulator", cause);
                }
                String what = String.valueOf(cause.getMessage());
                return what.lines().findFirst().orElse(what);
            } catch (ReflectiveOperationException changed) {
                throw new IllegalStateException("the simulator's entrance has changed", changed);
            }
        }
    }
}
