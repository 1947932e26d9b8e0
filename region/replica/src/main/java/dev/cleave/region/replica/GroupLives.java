package dev.cleave.region.replica;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.log.GroupImage;
import dev.cleave.engine.log.LogWrite;
import dev.cleave.engine.log.RaftLogStore;
import dev.cleave.region.raft.Raft;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How replicas begin and end in a host: found again at start, created by an owner, a split or a message, stopped, forgotten. */
@OwnedBy("replica agent")
final class GroupLives {
    private static final Logger LOG = LoggerFactory.getLogger(GroupLives.class);

    private final RaftLogStore log;
    private final GroupListener listener;
    private final GroupTable groups;
    private final GroupMaker maker;
    private final Turn turn;
    private final Sweep sweep;
    private final Leases leases;
    /** Groups with a replica on its way out: nothing of that group is born here before it is gone. */
    private final Set<Long> departing = new TreeSet<>();
    /** What the log holds of replicas that were not started: their votes must not be forgotten. */
    private final Map<Long, GroupImage> dormant = new TreeMap<>();

    GroupLives(
            RaftLogStore log,
            GroupListener listener,
            GroupTable groups,
            GroupMaker maker,
            Turn turn,
            Sweep sweep,
            Leases leases) {
        this.log = log;
        this.listener = listener;
        this.groups = groups;
        this.maker = maker;
        this.turn = turn;
        this.sweep = sweep;
        this.leases = leases;
    }

    /** Before the first turn: brings back every replica that engine or log know, but for those that have {@code ended}, by group. */
    void recover(List<GroupStart> starts, Map<Long, Long> ended, long now) {
        Map<Long, GroupStart> byGroup = new TreeMap<>();
        starts.forEach(start -> byGroup.put(start.group(), start));
        List<GroupImage> images = log.recovered();
        maker.hostBegins(Math.max(images.size(), byGroup.size()));
        for (GroupImage image : images) {
            GroupStart start = byGroup.remove(image.group());
            boolean isWanted = start != null || (image.replicaId() != 0 && image.mark().length == 0);
            // A younger replica than the one that has ended lives: its vote must not go with the other.
            boolean hasEnded = image.replicaId() <= ended.getOrDefault(image.group(), 0L);
            if (isWanted && !image.isBroken() && !hasEnded) {
                start(image, start, now);
            } else {
                dormant.put(image.group(), image);
            }
        }
        byGroup.values().forEach(start -> start(null, start, now));
        maker.hostHasBegun();
    }

    private void start(@Nullable GroupImage image, @Nullable GroupStart start, long now) {
        start(maker.recovered(image, start, now), image);
    }

    private void start(Group group, @Nullable GroupImage image) {
        groups.add(group);
        boolean isLogReset = image == null
                || image.replicaId() != group.replicaId
                || image.lastIndex() != group.raft.lastIndex()
                || image.firstIndex() != group.raft.firstIndex();
        if (isLogReset && group.raft.isInitialized()) {
            resetLog(group);
        }
    }

    /** An empty replica for one that another store speaks to; null while an older one is on its way out. */
    @Nullable
    Group bear(long id, long replicaId, long now) {
        if (departing.contains(id)) {
            return null;
        }
        GroupImage image = dormant.get(id);
        boolean isSame = image != null && image.replicaId() == replicaId && !image.isBroken();
        return isSame ? maker.recovered(image, null, now) : maker.empty(id, replicaId, now);
    }

    private void resetLog(Group group) {
        Raft raft = group.raft;
        turn.logTurn().section(group).reset(raft.lastIndex(), raft.termAt(raft.lastIndex()));
        turn.logTurn().hardState(group);
        group.compactedTo = raft.lastIndex();
    }

    void create(GroupStart start, long now) {
        Group existing = groups.get(start.group());
        if (existing == null) {
            Group group = maker.empty(start.group(), start.replicaId(), now);
            groups.add(group);
            initialize(group, start);
        } else if (existing.replicaId == start.replicaId() && existing.raft.installing() != 0) {
            // A snapshot has overtaken this word. It holds what the replica would begin with, and more: it is born by
            // that.
            LOG.info("event=born-by-snapshot region={} replica={}", start.group(), start.replicaId());
        } else if (existing.replicaId == start.replicaId() && existing.image != null) {
            existing.become(Group.State.STOPPED);
            groups.remove(existing);
            start(maker.reborn(existing, existing.image, start, now), existing.image);
        } else if (existing.replicaId == start.replicaId() && !existing.raft.isInitialized()) {
            initialize(existing, start);
        } else {
            LOG.warn(
                    "event=replica-exists region={} replica={} wanted={}",
                    start.group(),
                    existing.replicaId,
                    start.replicaId());
        }
    }

    /** Unless the host has only just begun, a newborn has promised nothing in an earlier life: unlike a restarted replica it may vote at once. */
    private void initialize(Group group, GroupStart start) {
        group.raft.initialize(start.membership(), start.appliedIndex(), start.appliedTerm());
        group.tail.reset(start.appliedIndex());
        group.settle(start.places());
        groups.placesChanged();
        resetLog(group);
        groups.enqueue(group);
    }

    void destroy(long id, long replicaId, byte[] mark, Runnable onMarked) {
        Group group = groups.get(id, replicaId);
        departing.add(id);
        if (group == null) {
            // Known to the log alone, or to nobody: the mark makes the end certain all the same.
            LogTurn logTurn = turn.logTurn();
            logTurn.section(id, replicaId).mark(mark);
            logTurn.then(onMarked);
            return;
        }
        if (!group.isRunning()) {
            return;
        }
        LOG.info("event=replica-stops region={} replica={}", id, replicaId);
        group.become(Group.State.STOPPING);
        leases.withdraw(id);
        group.proposals.abandon();
        group.changes.giveUp(Refusal.NO_SUCH_GROUP, 0, 0);
        group.refuseReads(Refusal.NO_SUCH_GROUP);
        ApplyTask held = group.heldBack;
        if (held != null) {
            held.abandon();
            group.heldBack = null;
            group.isApplying = false;
        }
        Group.AcceptedSnapshot accepted = group.accepted;
        if (accepted != null) {
            group.accepted = null;
            listener.snapshotUnwanted(id, accepted.snapshot());
        }
        group.afterStop = () -> {
            LogTurn logTurn = turn.logTurn();
            logTurn.section(group).mark(mark);
            logTurn.then(onMarked);
        };
        groups.enqueue(group);
    }

    /** The end waits until the apply agent has let go of the group. */
    void finishStop(Group group) {
        Runnable afterStop = group.afterStop;
        if (group.state() == Group.State.STOPPING && !group.isApplying && afterStop != null) {
            group.become(Group.State.STOPPED);
            group.afterStop = null;
            sweep.withdraw(group);
            afterStop.run();
        }
    }

    void forget(long id, long replicaId, Runnable onForgotten) {
        Group group = groups.get(id, replicaId);
        if (group != null) {
            Invariant.check(group.state() == Group.State.STOPPED, "only a stopped replica is forgotten", id, replicaId);
            groups.remove(group);
            sweep.withdraw(group);
        }
        LogTurn logTurn = turn.logTurn();
        logTurn.section(id, replicaId).remove();
        logTurn.then(() -> {
            departing.remove(id);
            dormant.remove(id);
            onForgotten.run();
        });
    }

    void mark(long id, long replicaId, byte[] mark, Runnable onForced) {
        LogTurn logTurn = turn.logTurn();
        LogWrite.Section section = logTurn.section(id, replicaId);
        section.mark(mark);
        Group group = groups.get(id, replicaId);
        if (group != null) {
            logTurn.hardState(group);
        }
        logTurn.then(onForced);
    }
}
