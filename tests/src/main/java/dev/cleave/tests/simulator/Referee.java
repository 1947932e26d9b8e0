package dev.cleave.tests.simulator;

import dev.cleave.engine.base.EntryLayout;
import dev.cleave.region.raft.Membership;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Sees every durable write, every promise sent and every batch applied, of all stores, and compares them at that moment: one vote and one leader per
 * term, one content per (region, index, term), one committed entry and one state per (region, index), nothing applied that no quorum holds.
 */
final class Referee {
    private static final int MEMBERSHIPS_KEPT = 4;

    private final Map<Entry, Integer> contents = new HashMap<>();
    private final Map<Entry, Set<Long>> holders = new HashMap<>();
    private final Map<Place, Long> committed = new HashMap<>();
    private final Map<Place, String> states = new HashMap<>();
    private final Map<Ballot, Long> votes = new HashMap<>();
    private final Map<Place, Long> leaders = new HashMap<>();
    private final Map<Long, Deque<Membership>> memberships = new HashMap<>();
    private final Map<Replica, Long> heldUpTo = new HashMap<>();
    private Runnable look = () -> {};
    private final Map<String, Long> counts = new TreeMap<>();

    private record Entry(long group, long index, long term) {}

    private record Place(long group, long number) {}

    private record Ballot(long group, long replica, long term) {}

    private record Replica(long group, long replica) {}

    /** How to have a fresh look at all configurations. */
    void lookBy(Runnable looking) {
        look = looking;
    }

    void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    void count(String what, long times) {
        if (times > 0) {
            counts.merge(what, times, Long::sum);
        }
    }

    Map<String, Long> counts() {
        return counts;
    }

    /** A replica has voted, and says so. */
    void voted(long group, long replica, long term, long candidate) {
        Long before = votes.putIfAbsent(new Ballot(group, replica, term), candidate);
        require(
                before == null || before == candidate,
                "region " + group + " replica " + replica + " votes in term " + term + " for " + before + " and for "
                        + candidate);
    }

    /** A replica speaks as the leader of a term; true if that is new. */
    boolean leads(long group, long term, long replica) {
        Long before = leaders.putIfAbsent(new Place(group, term), replica);
        require(
                before == null || before == replica,
                "region " + group + " term " + term + " has two leaders: replicas " + before + " and " + replica);
        return before == null;
    }

    /** A replica holds an entry durably. */
    void held(long group, long replica, ByteBuffer entry) {
        int at = entry.position();
        Entry id = new Entry(group, EntryLayout.index(entry, at), EntryLayout.term(entry, at));
        int hash = entry.hashCode();
        Integer before = contents.putIfAbsent(id, hash);
        require(before == null || before == hash, "two different entries " + id);
        held(group, replica, id.index, id.term);
    }

    void held(long group, long replica, long index, long term) {
        holders.computeIfAbsent(new Entry(group, index, term), any -> new HashSet<>())
                .add(replica);
    }

    /** A replica stands on a snapshot, durably. */
    void heldUpTo(long group, long replica, long index) {
        heldUpTo.merge(new Replica(group, replica), index, Math::max);
    }

    /** The configuration of a group as one of its replicas sees it. */
    void sees(long group, Membership membership) {
        if (membership.isEmpty()) {
            return;
        }
        Deque<Membership> seen = memberships.computeIfAbsent(group, any -> new ArrayDeque<>());
        if (!seen.contains(membership)) {
            seen.addFirst(membership);
            if (seen.size() > MEMBERSHIPS_KEPT) {
                seen.removeLast();
            }
        }
    }

    /** A replica stands at {@code index}, whose entry is of {@code term}; {@code state} says what it holds. */
    void applied(String store, long group, long index, long term, String state) {
        Place place = new Place(group, index);
        Long before = committed.putIfAbsent(place, term);
        require(
                before == null || before == term,
                "region " + group + " index " + index + " is committed in terms " + before + " and " + term
                        + ", lately by " + store);
        String other = states.putIfAbsent(place, state);
        require(
                other == null || other.equals(state),
                "region " + group + " at index " + index + " holds " + other + " elsewhere, and " + state + " on "
                        + store);
        if (before == null && index > 5 && !isHeldByQuorum(group, index, term)) {
            // What was seen last may be too old.
            look.run();
            require(
                    isHeldByQuorum(group, index, term),
                    "region " + group + " index " + index + " term " + term
                            + " is applied on " + store + ", but durable only on replicas "
                            + holders.getOrDefault(new Entry(group, index, term), Set.of()) + " of "
                            + memberships.get(group));
        }
    }

    private boolean isHeldByQuorum(long group, long index, long term) {
        Deque<Membership> seen = memberships.get(group);
        return seen == null
                || seen.stream().anyMatch(membership -> {
                    boolean isIncoming = isMajority(membership.voters(), group, index, term);
                    return isIncoming
                            && (!membership.isJoint() || isMajority(membership.outgoing(), group, index, term));
                });
    }

    private boolean isMajority(long[] voters, long group, long index, long term) {
        Set<Long> holding = holders.getOrDefault(new Entry(group, index, term), Set.of());
        int count = 0;
        for (long voter : voters) {
            boolean isBeyond = heldUpTo.getOrDefault(new Replica(group, voter), 0L) >= index;
            count += holding.contains(voter) || isBeyond ? 1 : 0;
        }
        return count > voters.length / 2;
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new Violation(what);
        }
    }
}
