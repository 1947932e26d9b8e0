package dev.cleave.tests.simulator;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells of a failed run what a person needs: what broke, among which events, after which acts, and the command that shows it again. */
final class FailureReport {
    private static final int SHRINK_RUNS_MAX = 80;
    private static final int TRAIL_LINES = 40;

    private final PrintStream out;
    private final boolean isWhole;

    /** {@code isWhole} asks for the whole trail and for where in the code it was. */
    FailureReport(PrintStream out, boolean isWhole) {
        this.out = out;
        this.isWhole = isWhole;
    }

    /** Shrinks the failing run, and tells of what remains. */
    void tell(Plan plan, Violation failure) {
        Shrinker.Shrunk shrunk = new Shrinker(plan, failure, SHRINK_RUNS_MAX, FailureReport::attempt).shrink();
        Violation seen = closely(shrunk.plan(), shrunk.failure());
        Violation.Scene scene = seen.scene();
        int acts = failure.scene().acts().size();
        out.println("shrunk by " + shrunk.runs() + " runs from " + acts + " acts in " + plan.seconds() + " s to "
                + scene.acts().size() + " in " + shrunk.plan().seconds() + " s: " + seen.getMessage());
        scene.acts()
                .forEach(act -> out.println(String.format(
                        Locale.ROOT, "  %10.3f ms  act %d: %s", act.nanos() / 1e6, act.number(), act.what())));
        if (scene.sinceNanos() != 0) {
            out.println(String.format(
                    Locale.ROOT,
                    "all was well at %.3f ms, not so at %.3f ms; the last events:",
                    scene.sinceNanos() / 1e6,
                    scene.nanos() / 1e6));
        }
        print(scene.events(), TRAIL_LINES);
        out.println("what was told:");
        print(scene.trail(), isWhole ? Integer.MAX_VALUE : TRAIL_LINES);
        if (isWhole) {
            seen.printStackTrace(out);
        }
        out.println("run it again: " + shrunk.plan().command());
    }

    private void print(List<String> lines, int atMost) {
        lines.subList(Math.max(0, lines.size() - atMost), lines.size()).forEach(line -> out.println("  " + line));
    }

    /** Once more, with the invariants looked at after each event from the last moment on at which all was well. */
    private static Violation closely(Plan plan, Violation failure) {
        Violation seen = run(plan, failure.scene().sinceNanos());
        return seen == null ? failure : seen;
    }

    private static @Nullable Violation attempt(Plan plan) {
        return run(plan, Long.MAX_VALUE);
    }

    private static @Nullable Violation run(Plan plan, long closeLookNanos) {
        try {
            new Run(plan).go(closeLookNanos);
            return null;
        } catch (Violation seen) {
            return seen;
        }
    }
}
