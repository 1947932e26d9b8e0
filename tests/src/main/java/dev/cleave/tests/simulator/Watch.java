package dev.cleave.tests.simulator;

import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.raft.Membership;
import dev.cleave.region.replica.GroupStatus;
import dev.cleave.region.replica.Places;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every replica from outside, again and again, and remembers: one leader per region and term, terms and epochs that only grow, one meaning
 * of each epoch.
 */
final class Watch {
    private final Map<Reign, Long> leaderOf = new HashMap<>();
    private final Map<Replica, Heights> heights = new HashMap<>();
    private final Map<Meaning, Places> meanings = new HashMap<>();
    private final Map<Long, Replica> homeOf = new HashMap<>();
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

    private record Reign(long group, long term) {}

    private record Replica(long group, long id, long store) {
        @Override
        public String toString() {
            return "region " + group + " replica " + id + " on store " + store;
        }
    }

    private record Meaning(long group, Epoch epoch) {}

    /** How far a replica has come in one life of its process. */
    private static final class Heights {
        private long term;
        private long commit;
        private long applied;
        private Epoch epoch = Epoch.NONE;
    }

    /** Takes in how the replicas of one store stand now. */
    void look(long store, List<GroupStatus> statuses, StoreLedger ledger) {
        for (GroupStatus status : statuses) {
            require(
                    !ledger.hasEnded(status.replicaId()),
                    () -> "region " + status.group() + " replica " + status.replicaId()
                            + " has ended, and is here again");
            configuration(status);
            if (status.isLeader()) {
                oneLeader(status);
            }
            Replica replica = new Replica(status.group(), status.replicaId(), store);
            rise(replica, status);
            Replica home = homeOf.putIfAbsent(status.replicaId(), replica);
            require(
                    home == null || home.equals(replica),
                    () -> "a replica id is used twice: " + home + " and " + replica);
            referee.sees(status.group(), status.membership());
            referee.knowsCommitted(status.group(), status.commitIndex());
            paths(status);
        }
    }

    /** What a replica has applied may be lost with its memory, and is applied again; so heights are compared within one life only. */
    private void rise(Replica replica, GroupStatus status) {
        Heights before = heights.computeIfAbsent(replica, any -> new Heights());
        require(status.term() >= before.term, "the term", replica, before.term, status.term());
        require(
                status.commitIndex() >= before.commit,
                "the commit index",
                replica,
                before.commit,
                status.commitIndex());
        require(
                status.appliedIndex() >= before.applied,
                "the applied index",
                replica,
                before.applied,
                status.appliedIndex());
        before.term = status.term();
        before.commit = status.commitIndex();
        before.applied = status.appliedIndex();
        Epoch epoch = status.places().epoch();
        if (epoch.equals(Epoch.NONE)) {
            return;
        }
        require(!epoch.isStalerThan(before.epoch), "the epoch", replica, before.epoch, epoch);
        if (!epoch.equals(before.epoch)) {
            before.epoch = epoch;
            Places known = meanings.putIfAbsent(new Meaning(status.group(), epoch), status.places());
            require(
                    known == null || known.equals(status.places()),
                    () -> "region " + status.group() + " epoch " + epoch + " means " + known + " and "
                            + status.places());
        }
    }

    private static void require(boolean holds, String what, Replica replica, Object before, Object now) {
        if (!holds) {
            throw new Violation(what + " of " + replica + " fell from " + before + " to " + now);
        }
    }

    /** The algorithm acts in the configuration that the region's descriptor tells. */
    private void configuration(GroupStatus status) {
        Membership members = status.membership();
        List<Peer> peers = status.places().peers();
        // One that goes while its snapshot comes has a configuration, and nobody whom it could send anything.
        boolean isSame = peers.isEmpty()
                || referee.isRecovered(status.group(), members)
                || members.replicas().length == peers.size()
                        && peers.stream()
                                .allMatch(peer -> members.contains(peer.replicaId())
                                        && members.isLearner(peer.replicaId()) == (peer.role() == PeerRole.LEARNER));
        require(isSame, () -> "region " + status.group() + " acts as " + members + ", but its peers are " + peers);
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
        Reign reign = new Reign(status.group(), status.term());
        Long known = leaderOf.putIfAbsent(reign, status.replicaId());
        require(
                known == null || known == status.replicaId(),
                () -> reign + " has two leaders: replicas " + known + " and " + status.replicaId());
    }

    /** Whoever led and is not among those left of a group is lost for good: its terms may be given anew. */
    void recovers(long group, Membership left) {
        leaderOf.entrySet().removeIf(reign -> reign.getKey().group == group && !left.contains(reign.getValue()));
    }

    /** A process has ended: its replicas may come back with what was durable; the ledgers see to that. */
    void forget(long store) {
        heights.keySet().removeIf(replica -> replica.store == store);
    }

    long reigns() {
        return leaderOf.size();
    }

    private static void require(boolean holds, Supplier<String> what) {
        if (!holds) {
            throw new Violation(what.get());
        }
    }
}
