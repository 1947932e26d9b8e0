package dev.cleave.tests.simulator;

import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.raft.Membership;
import dev.cleave.region.replica.GroupStatus;
import dev.cleave.region.replica.Places;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every replica from outside, again and again, and remembers: one leader per region and term, terms and epochs that only grow, one meaning
 * of each epoch.
 */
final class Watch {
    private final Map<String, Long> leaderOf = new HashMap<>();
    private final Map<String, Long> highestTerm = new HashMap<>();
    private final Map<String, Epoch> highestEpoch = new HashMap<>();
    private final Map<String, Places> meaning = new HashMap<>();
    private final Map<Long, String> homeOf = new HashMap<>();
    private final Map<Long, Boolean> wasLearner = new HashMap<>();
    private final Map<Long, Boolean> wasEmpty = new HashMap<>();
    private final Map<Long, Seen> seen = new HashMap<>();
    private final Map<Long, Long> newestIndex = new HashMap<>();
    /** Leaders that slept when last seen, and how far their logs went. */
    private final Map<Long, GroupStatus> sleepers = new HashMap<>();

    private final Referee referee;

    /** How a replica last stood: the version of its range, and the end of its log. */
    private record Seen(long version, long lastIndex) {}

    Watch(Referee referee) {
        this.referee = referee;
    }

    /** Takes in how the replicas of one store stand now. */
    void look(long store, List<GroupStatus> statuses) {
        for (GroupStatus status : statuses) {
            if (status.isLeader()) {
                oneLeader(status);
            }
            String replica = status.group() + "/" + status.replicaId() + "@" + store;
            long term = highestTerm.merge(replica, status.term(), Math::max);
            require(term == status.term(), "the term of " + replica + " fell from " + term + " to " + status.term());
            epoch(replica, status);
            String home = homeOf.putIfAbsent(status.replicaId(), replica);
            require(home == null || home.equals(replica), "a replica id is used twice: " + home + " and " + replica);
            referee.sees(status.group(), status.membership());
            paths(status);
        }
    }

    /** Counts paths that are rarely taken. */
    private void paths(GroupStatus status) {
        long id = status.replicaId();
        Membership members = status.membership();
        if (status.isLeader() && status.isAsleep()) {
            if (sleepers.put(id, status) == null) {
                referee.count("group-slept");
            }
        } else {
            woke(sleepers.remove(id), status);
        }
        if (members.isEmpty()) {
            wasEmpty.put(id, true);
        } else if (wasEmpty.remove(id) != null && status.firstIndex() <= 6) {
            referee.count("born-before-its-split");
        }
        if (members.isLearner(id)) {
            wasLearner.put(id, true);
        } else if (members.isVoter(id) && wasLearner.remove(id) != null) {
            referee.count("learner-promoted");
            if (status.lastIndex() < newestIndex.getOrDefault(status.group(), 0L)) {
                referee.count("learner-promoted-behind");
            }
        }
        newestIndex.merge(status.group(), status.lastIndex(), Math::max);
        Seen now = new Seen(status.places().epoch().version(), status.lastIndex());
        Seen before = seen.put(id, now);
        if (before != null
                && before.version > 0
                && now.version > before.version
                && status.firstIndex() > before.lastIndex + 1) {
            referee.count("split-skipped-by-snapshot");
        }
    }

    private void woke(@Nullable GroupStatus asleep, GroupStatus now) {
        if (asleep != null && now.isLeader() && now.term() == asleep.term()) {
            referee.count(now.lastIndex() > asleep.lastIndex() ? "sleeper-woken-by-write" : "sleeper-woken");
        } else if (asleep != null && now.term() > asleep.term()) {
            referee.count("sleeping-leader-deposed");
        }
    }

    private void oneLeader(GroupStatus status) {
        String reign = status.group() + " term " + status.term();
        Long known = leaderOf.putIfAbsent(reign, status.replicaId());
        require(
                known == null || known == status.replicaId(),
                "region " + reign + " has two leaders: replicas " + known + " and " + status.replicaId());
    }

    /** What a replica has applied may be lost with its memory, and is applied again; so epochs are compared within one life only. */
    private void epoch(String replica, GroupStatus status) {
        Epoch epoch = status.places().epoch();
        if (epoch.equals(Epoch.NONE)) {
            return;
        }
        Epoch before = highestEpoch.put(replica, epoch);
        require(
                before == null || !epoch.isStalerThan(before),
                "the epoch of " + replica + " went back from " + before + " to " + epoch);
        Places known = meaning.putIfAbsent(status.group() + " epoch " + epoch, status.places());
        require(
                known == null || known.equals(status.places()),
                "region " + status.group() + " epoch " + epoch + " means " + known + " and " + status.places());
    }

    /** A process has ended: its replicas may come back with what was durable; the ledgers see to that. */
    void forget(long store) {
        highestEpoch.keySet().removeIf(replica -> replica.endsWith("@" + store));
        highestTerm.keySet().removeIf(replica -> replica.endsWith("@" + store));
    }

    long reigns() {
        return leaderOf.size();
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new Violation(what);
        }
    }
}
