package dev.cleave.tests.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes a failing run smaller: runs it again with fewer seconds and fewer acts of the nemesis for as long as it still fails the same way (delta
 * debugging over the acts that were done; Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002). Bounded in runs.
 */
final class Shrinker {
    private final Function<Plan, @Nullable Violation> attempt;
    private final int runsMax;
    private int runs;
    private Plan plan;
    private Violation failure;
    private final String kind;

    /** {@code attempt} runs a plan and says how it failed, or null. */
    Shrinker(Plan plan, Violation failure, int runsMax, Function<Plan, @Nullable Violation> attempt) {
        this.plan = plan;
        this.failure = failure;
        this.kind = kindOf(failure);
        this.runsMax = runsMax;
        this.attempt = attempt;
    }

    /** The smallest plan found, and its failure. */
    record Shrunk(Plan plan, Violation failure, int runs) {}

    Shrunk shrink() {
        shortenTo(failure.scene().troubleSeconds());
        if (tryOut(plan.withMask(plan.mask().withActs(acts())))) {
            if (plan.mask().hasLags()) {
                tryOut(plan.withMask(plan.mask().withLags(false)));
            }
            if (plan.mask().hasAbsent()) {
                tryOut(plan.withMask(plan.mask().withAbsent(false)));
            }
            if (plan.mask().hasDeaths()) {
                tryOut(plan.withMask(plan.mask().withDeaths(false)));
            }
            thinOut();
        }
        shortenTo(1);
        return new Shrunk(plan, failure, runs);
    }

    /** The seconds needed are found by halving: fewer than {@code least} are not tried. */
    private void shortenTo(int least) {
        int low = Math.max(1, least);
        while (low < plan.seconds() && runs < runsMax) {
            int middle = low == least ? low : (low + plan.seconds()) / 2;
            if (!tryOut(plan.withSeconds(middle))) {
                low = middle + 1;
            }
        }
    }

    /** Leaves out ever smaller parts of the acts. */
    private void thinOut() {
        int parts = 1;
        List<Integer> acts = acts();
        while (!acts.isEmpty() && parts <= acts.size() && runs < runsMax) {
            boolean isSmaller = false;
            for (int part = 0; part < parts && !isSmaller && runs < runsMax; part++) {
                List<Integer> kept = new ArrayList<>(acts);
                kept.subList(acts.size() * part / parts, acts.size() * (part + 1) / parts)
                        .clear();
                isSmaller = tryOut(plan.withMask(plan.mask().withActs(kept)));
            }
            acts = acts();
            parts = isSmaller
                    ? Math.max(1, Math.min(parts - 1, acts.size()))
                    : parts == acts.size() ? parts + 1 : Math.min(parts * 2, acts.size());
        }
    }

    /** The acts that the smallest failing run so far has carried out. */
    private List<Integer> acts() {
        return failure.scene().acts().stream()
                .map(Nemesis.Act::number)
                .distinct()
                .toList();
    }

    private boolean tryOut(Plan smaller) {
        if (runs >= runsMax) {
            return false;
        }
        runs++;
        Violation seen = attempt.apply(smaller);
        if (seen == null || !kindOf(seen).equals(kind)) {
            return false;
        }
        plan = smaller;
        failure = seen;
        return true;
    }

    private static String kindOf(Violation failure) {
        return Violation.kind(String.valueOf(failure.getMessage()));
    }
}
