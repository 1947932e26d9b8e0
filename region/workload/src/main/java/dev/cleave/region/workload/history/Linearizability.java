package dev.cleave.region.workload.history;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import java.util.List;
import java.util.Map;

/**
 * Decides whether a history of gets, puts, deletes, compare-and-sets and scans can be explained by one register per key, each
 * operation taking effect at one moment between its call and its return. Keys with reads and unique blind writes only are judged
 * by the {@link Zones} rule, all others by {@link Search}; both are exact.
 *
 * @param stepsPerKeyMax bounds the search of one key; a second or so per ten million
 * @param memoryBytesMax bounds what one key's search may remember
 * @param operationsMax bounds the single-key operations a history may be taken apart into (scans multiply)
 */
public record Linearizability(long stepsPerKeyMax, long memoryBytesMax, long operationsMax) {
    public Linearizability {
        if (stepsPerKeyMax <= 0 || memoryBytesMax <= 0 || operationsMax <= 0) {
            throw new IllegalArgumentException("the judge's bounds must be positive");
        }
    }

    public static Linearizability defaults() {
        return new Linearizability(20_000_000, 128L << 20, 10_000_000);
    }

    /** Judges what was recorded, on a store that was empty at the beginning. */
    public Verdict check(History history) {
        return check(history, Map.of());
    }

    public Verdict check(History history, Map<Key, Value> initial) {
        if (!history.isComplete()) {
            String text = "the history was too small for the run; give it more room";
            return new Verdict(Verdict.Kind.BUDGET_EXCEEDED, text, 0, 0, 0);
        }
        return check(history.operations(), initial);
    }

    public Verdict check(List<Operation> operations) {
        return check(operations, Map.of());
    }

    /** @param initial what the store held before the first operation; other keys were absent */
    public Verdict check(List<Operation> operations, Map<Key, Value> initial) {
        RegisterHistories histories = new RegisterHistories(initial, operationsMax);
        try {
            if (!histories.addAll(operations)) {
                String text = "more than " + operationsMax + " operations on single keys; shorten the run or its scans";
                return new Verdict(Verdict.Kind.BUDGET_EXCEEDED, text, 0, histories.operations(), 0);
            }
        } catch (RegisterHistories.Malformed wrong) {
            return new Verdict(
                    Verdict.Kind.VIOLATION, String.valueOf(wrong.getMessage()), 0, histories.operations(), 0);
        }
        return judge(histories);
    }

    private Verdict judge(RegisterHistories histories) {
        Tally tally = new Tally();
        for (RegisterHistory register : histories.registers()) {
            tally.add(Zones.canDecide(register) ? Zones.decide(register) : search(register));
        }
        return tally.verdict();
    }

    private Verdict search(RegisterHistory register) {
        int longsMax = (int) Math.min(memoryBytesMax / Long.BYTES, Integer.MAX_VALUE / 4);
        return new Search(register, stepsPerKeyMax, longsMax).run();
    }

    /** Adds up the verdicts of keys: one violation outweighs everything, one lack of budget outweighs every pass. */
    private static final class Tally {
        private Verdict.Kind worst = Verdict.Kind.LINEARIZABLE;
        private String text = "all keys are linearizable";
        private int keys;
        private int alike;
        private long operations;
        private long steps;

        void add(Verdict key) {
            keys++;
            operations += key.operations();
            steps += key.steps();
            if (weight(key.kind()) > weight(worst)) {
                worst = key.kind();
                text = key.text();
                alike = 0;
            } else if (key.kind() == worst) {
                alike++;
            }
        }

        Verdict verdict() {
            boolean hasMore = worst != Verdict.Kind.LINEARIZABLE && alike > 0;
            return new Verdict(
                    worst, hasMore ? text + "\n(and " + alike + " more keys like it)" : text, keys, operations, steps);
        }

        private static int weight(Verdict.Kind kind) {
            return switch (kind) {
                case LINEARIZABLE -> 0;
                case BUDGET_EXCEEDED -> 1;
                case VIOLATION -> 2;
            };
        }
    }
}
