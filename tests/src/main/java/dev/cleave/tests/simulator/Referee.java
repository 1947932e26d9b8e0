package dev.cleave.tests.simulator;

import dev.cleave.engine.base.EntryLayout;
import dev.cleave.region.raft.Membership;
import dev.cleave.region.store.state.Memberships;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sees every durable write, every promise sent and every batch applied, of all stores, and compares them at that moment: one vote and one leader per
 * term, one content per (region, index, term), one committed entry and one state per (region, index), nothing applied that no quorum holds.
 */
final class Referee {
    private static final int MEMBERSHIPS_KEPT = 4;
    /** Where every group begins: nobody ever wrote that entry. */
    private static final long FIRST_INDEX = 5;

    private static final TreeMap<Long, Long> NOTHING = new TreeMap<>();

    private final Map<Entry, Integer> contents = new HashMap<>();
    private final Map<Entry, Set<Long>> holders = new HashMap<>();
    /** The term of each index that is known to be committed, by group. */
    private final Map<Long, TreeMap<Long, Long>> committed = new HashMap<>();
    /** The latest term that was led when an index was first known to be committed, by group: it was committed in that term or before. */
    private final Map<Long, TreeMap<Long, Long>> committedBy = new HashMap<>();
    /** The latest term of a group in which somebody has spoken as its leader. */
    private final Map<Long, Long> latestLed = new HashMap<>();
    /** Up to where leaders have told that a group is committed. */
    private final Map<Long, Long> toldCommitted = new HashMap<>();

    private final Map<Place, Content> states = new HashMap<>();
    private final Map<Ballot, Long> votes = new HashMap<>();
    private final Map<Place, Long> leaders = new HashMap<>();
    private final Map<Long, Deque<Membership>> memberships = new HashMap<>();
    private final Map<Replica, Long> heldUpTo = new HashMap<>();
    /** The durable logs of all stores by replica: replica ids are never used twice. */
    private final Map<Long, DurableLog> logs = new HashMap<>();

    private final Map<Long, Long> knownCommitted = new HashMap<>();
    private final Set<Place> handOvers = new HashSet<>();
    /** Who is left of groups whose other members a person has declared lost for good. */
    private final Map<Long, Membership> recovered = new HashMap<>();

    private final Territory territory = new Territory();
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

    Territory territory() {
        return territory;
    }

    /** Where the durable log of a replica is kept from now on. */
    void keeps(DurableLog log) {
        logs.put(log.replicaId, log);
    }

    /** A replica has voted, and says so. */
    void voted(long group, long replica, long term, long candidate) {
        Long before = votes.putIfAbsent(new Ballot(group, replica, term), candidate);
        require(
                before == null || before == candidate,
                () -> "region " + group + " replica " + replica + " votes in term " + term + " for " + before
                        + " and for " + candidate);
    }

    /**
     * A person lets a group go on with those that are {@code left} of its members, led by {@code leader}. From now on they may elect and commit by themselves. What was committed and
     * its log does not hold need not have been: terms and entries there may be given anew. All else must still be there, and whatever it knew to be committed.
     */
    void recovers(long group, Membership left, long leader, long knownIndex) {
        recovered.put(group, left);
        sees(group, left);
        DurableLog log = logs.get(leader);
        long lastIndex = knownIndex;
        for (Map.Entry<Long, Long> each : committed
                .getOrDefault(group, NOTHING)
                .tailMap(knownIndex, false)
                .entrySet()) {
            if (log == null || log.termAt(each.getKey()) != each.getValue()) {
                break;
            }
            lastIndex = each.getKey();
        }
        forgets(group, left, lastIndex);
    }

    private void forgets(long group, Membership left, long lastIndex) {
        committed.getOrDefault(group, new TreeMap<>()).tailMap(lastIndex, false).clear();
        committedBy
                .getOrDefault(group, new TreeMap<>())
                .tailMap(lastIndex, false)
                .clear();
        toldCommitted.computeIfPresent(group, (any, told) -> Math.min(told, lastIndex));
        knownCommitted.computeIfPresent(group, (any, known) -> Math.min(known, lastIndex));
        states.keySet().removeIf(place -> place.group == group && place.number > lastIndex);
        contents.keySet().removeIf(entry -> entry.group == group && entry.index > lastIndex);
        holders.keySet().removeIf(entry -> entry.group == group && entry.index > lastIndex);
        leaders.entrySet().removeIf(reign -> reign.getKey().group == group && !left.contains(reign.getValue()));
        territory.recovers(group);
    }

    /** Whether a group acts in the configuration that recovery has left it. */
    boolean isRecovered(long group, Membership members) {
        return members.equals(recovered.get(group));
    }

    /** Whether a quorum of {@code membership} has given its vote of {@code term} to {@code candidate}. */
    boolean isElected(Membership membership, long group, long term, long candidate) {
        Membership left = recovered.get(group);
        boolean isByThoseLeft = left != null && hasVotes(left.voters(), group, term, candidate);
        return isByThoseLeft
                || (hasVotes(membership.voters(), group, term, candidate)
                        && (!membership.isJoint() || hasVotes(membership.outgoing(), group, term, candidate)));
    }

    private boolean hasVotes(long[] voters, long group, long term, long candidate) {
        int count = 0;
        for (long voter : voters) {
            Long vote = votes.get(new Ballot(group, voter, term));
            count += vote != null && vote == candidate ? 1 : 0;
        }
        return count > voters.length / 2;
    }

    /** A replica speaks as the leader of a term; true if that is new. */
    boolean leads(long group, long term, long replica) {
        latestLed.merge(group, term, Math::max);
        Long before = leaders.putIfAbsent(new Place(group, term), replica);
        require(
                before == null || before == replica,
                () -> "region " + group + " term " + term + " has two leaders: replicas " + before + " and " + replica);
        return before == null;
    }

    /**
     * A new leader durably holds everything that was committed in earlier terms. What counts is when it was committed, not when it was appended: a leader that others have outrun
     * without its knowing need not hold what they have committed since, of whatever term that is.
     */
    void isComplete(long group, long term, DurableLog log) {
        TreeMap<Long, Long> by = committedBy.getOrDefault(group, NOTHING);
        committed
                .getOrDefault(group, NOTHING)
                .tailMap(log.base(), false)
                .forEach((index, committedTerm) -> require(
                        by.getOrDefault(index, 0L) >= term || log.termAt(index) == committedTerm,
                        () -> "replica " + log.replicaId + " leads region " + group + " in term " + term
                                + " without index " + index + " of term " + committedTerm
                                + " that was committed by term "
                                + by.get(index) + "; durable is " + log));
    }

    private @Nullable Long commits(long group, long index, long term) {
        committedBy
                .computeIfAbsent(group, any -> new TreeMap<>())
                .putIfAbsent(index, Math.max(term, latestLed.getOrDefault(group, 0L)));
        return committed.computeIfAbsent(group, any -> new TreeMap<>()).putIfAbsent(index, term);
    }

    /** A leader tells others that a group is committed up to {@code index}: a quorum must hold it by then. */
    void tellsCommitted(long group, long index, long leaderTerm, DurableLog log) {
        long term = log.termAt(index);
        require(
                term == 0
                        || term == leaderTerm
                        || index <= Math.max(FIRST_INDEX, knownCommitted.getOrDefault(group, 0L)),
                () -> "replica " + log.replicaId + " leads region " + group + " in term " + leaderTerm
                        + " and calls index " + index + " committed, which is of term " + term
                        + " and which nobody knew to be");
        knowsCommitted(group, index);
        if (term != 0 && index > toldCommitted.getOrDefault(group, 0L)) {
            toldCommitted.put(group, index);
            isOnQuorum(group, index, term, "is told to be committed by replica " + log.replicaId);
        }
    }

    /** A follower says how far its log is that of the leader of a term; where both logs are known they must agree. */
    void matches(long group, long term, long index, DurableLog follower) {
        Long leader = leaders.get(new Place(group, term));
        DurableLog leading = leader == null ? null : logs.get(leader);
        if (leading == null || leading.term() != term) {
            return;
        }
        long own = follower.termAt(index);
        long theirs = leading.termAt(index);
        require(
                own == 0 || theirs == 0 || own == theirs,
                () -> "replica " + follower.replicaId + " of region " + group + " acknowledges index " + index
                        + " in term " + term + ", where it holds an entry of term " + own + " and the leader one of "
                        + theirs);
    }

    /** A replica has applied all entries of its log up to {@code index}: they are committed as they stand. */
    void confirms(long group, DurableLog log, long index) {
        log.newlyApplied(index).forEach((each, term) -> {
            Long before = commits(group, each, term);
            require(
                    before == null || before.equals(term),
                    () -> "region " + group + " index " + each + " is committed in terms " + before + " and " + term
                            + ", lately by replica " + log.replicaId);
        });
    }

    /** A replica holds an entry durably. */
    void held(long group, long replica, ByteBuffer entry) {
        int at = entry.position();
        Entry id = new Entry(group, EntryLayout.index(entry, at), EntryLayout.term(entry, at));
        int hash = entry.hashCode();
        Integer before = contents.putIfAbsent(id, hash);
        require(before == null || before == hash, () -> "two different entries " + id);
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
    void applied(String store, long group, long index, long term, Content state) {
        Place place = new Place(group, index);
        Long before = commits(group, index, term);
        require(
                before == null || before == term,
                () -> "region " + group + " index " + index + " is committed in terms " + before + " and " + term
                        + ", lately by " + store);
        Content other = states.putIfAbsent(place, state);
        require(
                other == null || other.equals(state),
                () -> "region " + group + " at index " + index + " holds " + other + " elsewhere, and " + state + " on "
                        + store);
        // It may have caught up over changes of peers of which everybody who has acted upon them is down.
        if (before == null && !isHeldByQuorum(Memberships.of(state.region()), group, index, term)) {
            isOnQuorum(group, index, term, "is applied on " + store);
        }
    }

    private void isOnQuorum(long group, long index, long term, String what) {
        if (index <= FIRST_INDEX || isHeldByQuorum(group, index, term)) {
            return;
        }
        // What was seen last may be too old.
        look.run();
        require(
                isHeldByQuorum(group, index, term),
                () -> "region " + group + " index " + index + " term " + term + " " + what
                        + ", but durable only on replicas "
                        + holdersOf(group, index, term) + " of "
                        + memberships.get(group));
    }

    /** Somebody knows that everything up to {@code index} is committed. */
    void knowsCommitted(long group, long index) {
        knownCommitted.merge(group, index, Math::max);
    }

    /** There is a candidate in {@code term} because the leader before it has handed over. */
    void handsOver(long group, long term) {
        handOvers.add(new Place(group, term));
    }

    boolean isHandOver(long group, long term) {
        return handOvers.contains(new Place(group, term));
    }

    private Set<Long> holdersOf(long group, long index, long term) {
        return holders.getOrDefault(new Entry(group, index, term), Set.of());
    }

    private boolean isHeldByQuorum(Membership membership, long group, long index, long term) {
        return isMajority(membership.voters(), group, index, term)
                && (!membership.isJoint() || isMajority(membership.outgoing(), group, index, term));
    }

    /** Whether one of the configurations seen lately has a quorum that holds the entry. */
    private boolean isHeldByQuorum(long group, long index, long term) {
        Deque<Membership> seen = memberships.get(group);
        return seen == null || seen.stream().anyMatch(membership -> isHeldByQuorum(membership, group, index, term));
    }

    private boolean isMajority(long[] voters, long group, long index, long term) {
        Set<Long> holding = holdersOf(group, index, term);
        int count = 0;
        for (long voter : voters) {
            boolean isBeyond = heldUpTo.getOrDefault(new Replica(group, voter), 0L) >= index;
            count += holding.contains(voter) || isBeyond ? 1 : 0;
        }
        return count > voters.length / 2;
    }

    private static void require(boolean holds, Supplier<String> what) {
        if (!holds) {
            throw new Violation(what.get());
        }
    }
}
