package dev.cleave.region.replica;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.log.RaftLogStore;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.raft.Role;
import java.util.Map;

/** What is looked at from time to time rather than on every event: deadlines, memory, log truncation, loneliness, published status. */
@OwnedBy("replica agent")
final class Sweep {
    private final GroupTable groups;
    private final RaftLogStore log;
    private final ReplicaOptions options;
    private final DurableApplied durableApplied;
    private final GroupListener listener;
    private final Map<Long, GroupStatus> published;
    private long nextNanos;

    Sweep(
            GroupTable groups,
            RaftLogStore log,
            ReplicaOptions options,
            DurableApplied durableApplied,
            GroupListener listener,
            Map<Long, GroupStatus> published) {
        this.groups = groups;
        this.log = log;
        this.options = options;
        this.durableApplied = durableApplied;
        this.listener = listener;
        this.published = published;
        this.nextNanos = Long.MIN_VALUE;
    }

    long nextNanos() {
        return nextNanos;
    }

    boolean isDue(long now) {
        return nextNanos == Long.MIN_VALUE || now - nextNanos >= 0;
    }

    void run(long now, LogTurn turn) {
        nextNanos = now + options.sweepNanos();
        boolean isMemoryFull = bytesInMemory() > options.tailsBytesMax();
        for (Group group : groups.nextRestless()) {
            group.proposals.expire(now);
            group.changes.expire(now);
            group.reads.expire(now);
            if (group.isRunning()) {
                freeMemory(group, isMemoryFull);
                truncateLog(group, turn);
                askWhetherLonely(group, now);
            }
            publish(group);
            if (isAtRest(group)) {
                group.rest();
                groups.rest(group);
            }
        }
        log.truncationWishes().forEach((id, index) -> grant(id, index, turn));
    }

    /** The log is over its budget: what is applied and durable goes, even if a laggard then needs a snapshot. */
    private void grant(long id, long index, LogTurn turn) {
        Group group = groups.get(id);
        if (group == null || group.state() != Group.State.RUNNING) {
            return;
        }
        long target = Math.min(index, group.raft.applied());
        if (target > durableApplied.durableIndex(id)) {
            durableApplied.hurry();
        }
        compact(group, target, turn);
    }

    /** Whether nothing of a group will change before something happens to it. */
    private boolean isAtRest(Group group) {
        return group.raft.isAsleep()
                && group.state() == Group.State.RUNNING
                && !group.isQueued
                && !group.isApplying
                && group.proposals.isEmpty()
                && group.reads.isEmpty()
                && !isWorthwhile(group, truncationTarget(group));
    }

    /** Makes the group's standing known to other threads. */
    void publish(Group group) {
        GroupStatus old = published.get(group.id);
        boolean isSame = old != null
                && old.replicaId() == group.replicaId
                && old.role() == group.raft.role()
                && old.term() == group.raft.term()
                && old.leaderReplica() == group.raft.leader()
                && old.appliedIndex() == group.raft.applied()
                && old.commitIndex() == group.raft.commit()
                && old.lastIndex() == group.raft.lastIndex()
                && old.places().equals(group.places)
                && old.isAsleep() == group.raft.isAsleep()
                && group.raft.role() != Role.LEADER;
        if (isSame) {
            return;
        }
        GroupStatus status = group.status();
        published.put(group.id, status);
        boolean isNews = old == null
                || !old.pendingReplicas().equals(status.pendingReplicas())
                || !old.downReplicas().equals(status.downReplicas())
                || old.isMembershipKnown() != status.isMembershipKnown()
                || !old.membership().equals(status.membership())
                || !old.places().equals(status.places());
        if (isNews) {
            listener.changed(group.id);
        }
    }

    void withdraw(Group group) {
        published.remove(group.id);
    }

    private long bytesInMemory() {
        long bytes = 0;
        for (Group group : groups.restless()) {
            bytes += group.tail.bytesInMemory();
        }
        return bytes;
    }

    /** Entries that are durable and applied leave memory, unless a follower that keeps up still needs them and there is memory to spare. */
    private void freeMemory(Group group, boolean isMemoryFull) {
        long spare = Math.min(group.raft.applied(), group.raft.stableIndex());
        boolean maySpare = !isMemoryFull && group.tail.bytesInMemory() <= options.tailBytesMax();
        if (maySpare && group.raft.role() == Role.LEADER) {
            spare = Math.min(spare, leastMatchedOfTheLiving(group));
        }
        group.tail.evict(spare);
        if (group.raft.applied() == group.raft.commit()
                && !group.isFetching
                && group.raft.leastSpared() >= group.raft.commit()) {
            group.tail.dropChunks();
        }
    }

    private static long leastMatchedOfTheLiving(Group group) {
        long least = group.raft.lastIndex();
        for (Peer peer : group.places.peers()) {
            if (peer.replicaId() != group.replicaId && group.raft.isRecentlyActive(peer.replicaId())) {
                least = Math.min(least, group.raft.match(peer.replicaId()));
            }
        }
        return least;
    }

    /** The log is cut behind what the engine durably knows, sparing a margin and those who lag no more than a bound. */
    private void truncateLog(Group group, LogTurn turn) {
        long wanted = truncationTarget(group);
        if (!isWorthwhile(group, wanted) || group.state() != Group.State.RUNNING) {
            return;
        }
        compact(group, wanted, turn);
    }

    private void compact(Group group, long wanted, LogTurn turn) {
        long target = Math.min(wanted, durableApplied.durableIndex(group.id));
        if (target > group.compactedTo && target >= group.raft.firstIndex()) {
            long term = group.raft.termAt(target);
            turn.section(group).compact(target, term);
            group.raft.compacted(target, term);
            group.compactedTo = target;
        }
    }

    private long truncationTarget(Group group) {
        long applied = group.raft.applied();
        long target = applied - options.retainedEntries();
        boolean isSparing =
                group.raft.role() == Role.LEADER && applied - group.raft.leastSpared() <= options.laggardEntriesMax();
        return isSparing ? Math.min(target, group.raft.leastSpared()) : target;
    }

    private boolean isWorthwhile(Group group, long target) {
        return target - group.compactedTo >= Math.max(1, options.retainedEntries() / 4);
    }

    private void askWhetherLonely(Group group, long now) {
        if (group.raft.role() == Role.LEADER || group.raft.isAsleep()) {
            group.lastHeardNanos = now;
        } else if (now - group.lastHeardNanos >= options.lonelyNanos() / (group.hasEnded() ? 4 : 1)) {
            group.lastHeardNanos = now;
            listener.isLonely(group.id, group.replicaId, group.knownEpoch());
        }
    }
}
