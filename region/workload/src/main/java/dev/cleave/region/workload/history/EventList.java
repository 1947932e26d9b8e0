package dev.cleave.region.workload.history;

import java.util.ArrayList;
import java.util.List;

/**
 * Calls and returns of operations in the order of time, calls first on equal stamps (equal means overlapping), as a doubly
 * linked list from which the search takes operations out and puts them back in reverse order. Positions start at 1; 0 is the
 * head, and past the last event comes {@link #end}. An operation with an unknown outcome has no return.
 */
final class EventList {
    private final int[] next;
    private final int[] previous;
    private final int[] opAt;
    private final int[] callOf;
    private final int[] returnOf;

    EventList(List<RegisterOp> ops) {
        List<Event> events = new ArrayList<>();
        for (int op = 0; op < ops.size(); op++) {
            events.add(new Event(ops.get(op).callNanos(), true, op));
            if (ops.get(op).isKnown()) {
                events.add(new Event(ops.get(op).returnNanos(), false, op));
            }
        }
        events.sort(Event::compareTo);
        next = new int[events.size() + 2];
        previous = new int[events.size() + 2];
        opAt = new int[events.size() + 2];
        callOf = new int[ops.size()];
        returnOf = new int[ops.size()];
        for (int i = 0; i < events.size(); i++) {
            int position = i + 1;
            opAt[position] = events.get(i).op();
            (events.get(i).isCall() ? callOf : returnOf)[events.get(i).op()] = position;
        }
        for (int position = 0; position < next.length; position++) {
            next[position] = position + 1;
            previous[position] = position - 1;
        }
    }

    int first() {
        return next[0];
    }

    int after(int position) {
        return next[position];
    }

    int end() {
        return next.length - 1;
    }

    int opAt(int position) {
        return opAt[position];
    }

    boolean isCall(int position) {
        return callOf[opAt[position]] == position;
    }

    int callOf(int op) {
        return callOf[op];
    }

    /** Afterwards {@link #after} of the operation's call still leads on to what is left. */
    void takeOut(int op) {
        if (returnOf[op] != 0) {
            unlink(returnOf[op]);
        }
        unlink(callOf[op]);
    }

    /** Undoes the latest {@link #takeOut} that is not yet undone, which must have been of {@code op}. */
    void putBack(int op) {
        relink(callOf[op]);
        if (returnOf[op] != 0) {
            relink(returnOf[op]);
        }
    }

    private void unlink(int position) {
        next[previous[position]] = next[position];
        previous[next[position]] = previous[position];
    }

    private void relink(int position) {
        next[previous[position]] = position;
        previous[next[position]] = position;
    }

    private record Event(long nanos, boolean isCall, int op) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            if (nanos != other.nanos) {
                return Long.compare(nanos, other.nanos);
            }
            return isCall != other.isCall ? (isCall ? -1 : 1) : Integer.compare(op, other.op);
        }
    }
}
