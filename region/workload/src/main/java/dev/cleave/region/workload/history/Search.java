package dev.cleave.region.workload.history;

import dev.cleave.engine.base.Invariant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Looks for an order of one key's operations that fits a register and real time: Wing and Gong's search ("Testing and verifying
 * concurrent objects", 1993) with Lowe's memory of seen configurations ("Testing for linearizability", 2017). Exact within its
 * budget. What it does not try, because it changes no verdict:
 *
 * <ul>
 *   <li>A read that matches now is placed at once and for good: it changes nothing, so any order that puts it later may as well
 *       put it here.
 *   <li>An unknown operation is tried only if some operation that may come next needs the value it leaves: otherwise a blind
 *       write follows, or nothing, and the order stays legal without it.
 *   <li>Of unknown operations that do the same, the one called first is placed first.
 * </ul>
 */
final class Search {
    private final RegisterHistory history;
    private final List<RegisterOp> ops;
    private final int knownCount;
    private final EventList events;
    private final long[] known;
    private final long[] unknown;
    private final int[] twinBefore;
    private final SeenStates seen;
    private final long stepsMax;
    private final Frames frames;

    private int state = RegisterHistory.INITIAL;
    private int knownLeft;
    private long steps;

    Search(RegisterHistory history, long stepsMax, int memoryLongsMax) {
        this.history = history;
        List<RegisterOp> kept = Pruning.withoutIdleUnknowns(history.ops(), history.valueCount());
        ops = new ArrayList<>(kept.size());
        kept.stream().filter(RegisterOp::isKnown).forEach(ops::add);
        knownCount = ops.size();
        kept.stream().filter(op -> !op.isKnown()).forEach(ops::add);
        events = new EventList(ops);
        known = new long[(knownCount + 63) / 64];
        unknown = new long[(ops.size() - knownCount + 63) / 64];
        twinBefore = twins();
        seen = new SeenStates(unknown.length, memoryLongsMax);
        this.stepsMax = stepsMax;
        frames = new Frames(ops.size());
        knownLeft = knownCount;
    }

    /** The outcome, without the counts of a whole history. */
    Verdict run() {
        placeMatchingReads();
        int position = events.first();
        while (knownLeft > 0) {
            if (++steps > stepsMax || seen.isFull()) {
                return verdict(Verdict.Kind.BUDGET_EXCEEDED, outOfBudget());
            }
            if (!events.isCall(position)) {
                frames.keepIfLongest(events.opAt(position), state);
                position = undo();
                if (position == 0) {
                    return verdict(Verdict.Kind.VIOLATION, proof());
                }
            } else if (tryPlace(events.opAt(position))) {
                placeMatchingReads();
                position = events.first();
            } else {
                position = events.after(position);
            }
        }
        return verdict(Verdict.Kind.LINEARIZABLE, "key " + history.key() + " is linearizable");
    }

    private boolean tryPlace(int op) {
        RegisterOp it = ops.get(op);
        if (!it.fits(state) || (!it.isKnown() && !isWorthPlacing(op))) {
            return false;
        }
        mark(op, true);
        if (!seen.add(known, unknown, it.makes())) {
            mark(op, false);
            return false;
        }
        place(op, false);
        return true;
    }

    /** One pass is enough: a read changes no state, and one taken out only lets the walk go further. */
    private void placeMatchingReads() {
        for (int position = events.first();
                position != events.end() && events.isCall(position);
                position = events.after(position)) {
            steps++;
            int op = events.opAt(position);
            RegisterOp it = ops.get(op);
            if (it.isKnown() && it.isRead() && it.need() == state) {
                mark(op, true);
                place(op, true);
            }
        }
    }

    private void place(int op, boolean isForced) {
        frames.push(op, state, isForced);
        events.takeOut(op);
        state = ops.get(op).makes();
        knownLeft -= op < knownCount ? 1 : 0;
    }

    /** Takes back the latest choice and all that followed from it. Returns where to look on, 0 if no choice is left. */
    private int undo() {
        while (!frames.isEmpty()) {
            int op = frames.topOp();
            boolean wasForced = frames.isTopForced();
            state = frames.pop();
            events.putBack(op);
            mark(op, false);
            knownLeft += op < knownCount ? 1 : 0;
            if (!wasForced) {
                return events.after(events.callOf(op));
            }
        }
        return 0;
    }

    private boolean isWorthPlacing(int op) {
        int twin = twinBefore[op - knownCount];
        int makes = ops.get(op).makes();
        return makes != state && (twin < 0 || isUnknownPlaced(twin)) && isNeededNext(makes, op);
    }

    private boolean isNeededNext(int value, int except) {
        for (int position = events.first();
                position != events.end() && events.isCall(position);
                position = events.after(position)) {
            steps++;
            int op = events.opAt(position);
            if (op != except && ops.get(op).need() == value) {
                return true;
            }
        }
        return false;
    }

    private boolean isUnknownPlaced(int op) {
        int bit = op - knownCount;
        return (unknown[bit >> 6] & (1L << bit)) != 0;
    }

    private void mark(int op, boolean isPlaced) {
        long[] words = op < knownCount ? known : unknown;
        int bit = op < knownCount ? op : op - knownCount;
        boolean was = (words[bit >> 6] & (1L << bit)) != 0;
        Invariant.check(was != isPlaced, "an operation is placed once", op);
        words[bit >> 6] ^= 1L << bit;
    }

    /** For each unknown operation the latest earlier one that does the same, or -1. */
    private int[] twins() {
        int[] before = new int[ops.size() - knownCount];
        Arrays.fill(before, -1);
        for (int op = knownCount; op < ops.size(); op++) {
            for (int earlier = op - 1; earlier >= knownCount && before[op - knownCount] < 0; earlier--) {
                boolean isTwin = ops.get(earlier).need() == ops.get(op).need()
                        && ops.get(earlier).makes() == ops.get(op).makes();
                before[op - knownCount] = isTwin ? earlier : -1;
            }
        }
        return before;
    }

    private Verdict verdict(Verdict.Kind kind, String text) {
        return new Verdict(kind, text, 1, history.ops().size(), steps);
    }

    private String outOfBudget() {
        return "key " + history.key() + ": gave up after " + steps + " steps over " + ops.size()
                + " operations; give more steps, or spread the load over more keys";
    }

    private String proof() {
        return Proof.of(history, ops, frames);
    }
}
