package dev.cleave.region.workload.history;

/**
 * What a judge says of a history.
 *
 * @param text for people: on a violation the proof, otherwise a summary
 * @param keys how many keys were judged
 * @param operations how many operations on single keys were judged (a scan counts once per key it covers)
 * @param steps how much searching it took
 */
public record Verdict(Kind kind, String text, int keys, long operations, long steps) {
    /** The three verdicts; only the first one is a pass. */
    public enum Kind {
        /** Some order of the operations, true to real time, fits one register per key. */
        LINEARIZABLE,
        /** No order does. */
        VIOLATION,
        /** Nobody knows: the search, its memory or the recording came to its bound. */
        BUDGET_EXCEEDED
    }

    public boolean isLinearizable() {
        return kind == Kind.LINEARIZABLE;
    }

    @Override
    public String toString() {
        return kind + " (keys " + keys + ", operations " + operations + ", steps " + steps + "): " + text;
    }
}
