package dev.cleave.region.raft;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What must hold over all replicas and all time, whatever happens. */
final class Checks {
    /** Term to leader. */
    private final Map<Long, Long> leaders = new HashMap<>();
    /** (index, term) to the entry's fingerprint. */
    private final Map<String, Long> written = new HashMap<>();
    /** Index to "term/fingerprint" once committed anywhere. */
    final TreeMap<Long, String> committed = new TreeMap<>();
    /** Index to the term of the first replica that was seen to know it committed. */
    private final Map<Long, Long> committedIn = new HashMap<>();
    /** Index to the state machine after it. */
    private final TreeMap<Long, Machine> states = new TreeMap<>();

    long commits;
    long leases;

    /** The highest index applied anywhere. */
    long appliedMax() {
        return states.isEmpty() ? 0 : states.lastKey();
    }

    Machine newest() {
        return states.isEmpty() ? Machine.EMPTY : states.lastEntry().getValue();
    }

    /** The index at which the newest membership took effect; an equal one may have been there before. */
    long newestMembershipSince() {
        long since = appliedMax();
        for (Map.Entry<Long, Machine> state : states.descendingMap().entrySet()) {
            if (!state.getValue().membership().equals(newest().membership())) {
                break;
            }
            since = state.getKey();
        }
        return since;
    }

    void leads(long id, Raft raft) {
        Long other = leaders.putIfAbsent(raft.term(), id);
        check(other == null || other == id, "one leader in term " + raft.term() + ": " + other + ", " + id);
        for (Map.Entry<Long, String> entry : committed.entrySet()) {
            long index = entry.getKey();
            // A late vote may still make a leader of an earlier term: it holds less, and can commit nothing any more.
            if (index >= raft.firstIndex() && committedIn.get(index) < raft.term()) {
                check(index <= raft.lastIndex(), "leader " + id + " holds committed " + index);
                check(
                        entry.getValue().startsWith(raft.termAt(index) + "/"),
                        "leader " + id + " holds committed " + index + " as " + entry.getValue());
            }
        }
    }

    void wrote(Entry entry) {
        Long before = written.putIfAbsent(entry.index() + "@" + entry.term(), entry.fingerprint());
        check(before == null || before == entry.fingerprint(), "log matching at " + entry.index());
    }

    void committed(long id, Raft raft, long index, Entry entry) {
        String value = entry.term() + "/" + entry.fingerprint();
        String before = committed.putIfAbsent(index, value);
        committedIn.putIfAbsent(index, raft.term());
        commits += before == null ? 1 : 0;
        check(
                before == null || before.equals(value),
                "committed " + index + " on " + id + " is " + value + ", was " + before);
    }

    void applied(long id, Machine state) {
        Machine before = states.putIfAbsent(state.applied(), state);
        check(
                before == null || before.equals(state),
                "state after " + state.applied() + " on " + id + " is " + state + ", was " + before);
    }

    static void check(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError("must hold: " + what);
        }
    }
}
