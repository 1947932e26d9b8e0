package dev.cleave.tests.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
    private static final Plan WHOLE = new Plan(5, 30);

    @Test
    void onlyTheActsAndSecondsThatTheFailureNeedsRemain() {
        Shrinker.Shrunk shrunk = shrink(
                plan -> has(plan, 7, 31) && plan.seconds() >= 12 && plan.mask().hasDeaths(), 100);

        assertThat(shrunk.plan()).hasToString("Plan[seed=5, seconds=12, scenario=all, mask=7,31,deaths]");
        assertThat(shrunk.plan().command()).isEqualTo("bin/simulate --seeds 5 --seconds 12 --only 7,31,deaths --trace");
        assertThat(shrunk.runs()).isLessThan(100);
    }

    @Test
    void aFailureThatNeedsNoActIsShownWithoutAny() {
        assertThat(shrink(plan -> true, 100).plan().command())
                .isEqualTo("bin/simulate --seeds 5 --seconds 1 --only none --trace");
    }

    @Test
    void aFailureThatNeedsAllActsKeepsThem() {
        int[] all = IntStream.rangeClosed(1, 40).toArray();

        assertThat(shrink(plan -> has(plan, all), 1_000).plan().mask().acts()).hasSize(40);
    }

    @Test
    void anotherKindOfFailureIsNotTakenForThisOne() {
        Shrinker.Shrunk shrunk = new Shrinker(
                        WHOLE,
                        failure(WHOLE, "seed 5 at 20 ms: region 4 has two leaders: replicas 8 and 9"),
                        100,
                        plan -> failure(
                                plan,
                                has(plan, 3)
                                        ? "seed 5 at 31 ms: region 12 has two leaders: replicas 21 and 9"
                                        : "seed 5 at 31 ms: after 9 ms still not so: something; much more"))
                .shrink();

        assertThat(shrunk.plan().mask().acts()).containsExactly(3);
    }

    @Test
    void noMoreRunsAreTriedThanAllowed() {
        assertThat(shrink(plan -> has(plan, 7, 31), 9).runs()).isEqualTo(9);
    }

    @Test
    void whatAMaskSaysCanBeReadAgain() {
        for (String text : List.of("all", "none", "3", "3,17,deaths", "lags", "1,2,deaths,lags,absent")) {
            assertThat(Mask.parse(text)).hasToString(text);
        }
    }

    private static Shrinker.Shrunk shrink(Predicate<Plan> fails, int runsMax) {
        String what = "seed 5 at 20 ms: something broke";
        return new Shrinker(WHOLE, failure(WHOLE, what), runsMax, plan -> fails.test(plan) ? failure(plan, what) : null)
                .shrink();
    }

    /** A run of 40 acts that does those of the plan. */
    private static Violation failure(Plan plan, String what) {
        List<Nemesis.Act> acts = IntStream.rangeClosed(1, 40)
                .filter(plan.mask()::has)
                .mapToObj(number -> new Nemesis.Act(number, number, "act"))
                .toList();
        return new Violation(
                what, new IllegalStateException(), new Violation.Scene(1, 2, 1, acts, List.of(), List.of()));
    }

    private static boolean has(Plan plan, int... acts) {
        Set<Integer> kept =
                plan.mask().acts() == null ? Set.of() : Set.copyOf(plan.mask().acts());
        return plan.mask().acts() == null || IntStream.of(acts).allMatch(kept::contains);
    }
}
