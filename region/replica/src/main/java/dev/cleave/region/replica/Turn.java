package dev.cleave.region.replica;

import dev.cleave.engine.base.EntryLayout;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.log.LogWrite;
import dev.cleave.engine.log.RaftLogStore;
import dev.cleave.region.raft.Campaign;
import dev.cleave.region.raft.EntryType;
import dev.cleave.region.raft.RaftMessage;
import dev.cleave.region.raft.Ready;
import dev.cleave.region.raft.Role;
import dev.cleave.region.replica.transport.Outbox;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what the algorithm of each group decided in this turn, in the order in which it must happen: persist, then send, then apply. All
 * groups of a turn share one log write and one frame per store.
 */
@OwnedBy("replica agent")
final class Turn {
    private static final List<ByteBuffer> NO_ENTRIES = List.of();
    private static final int FETCH_BYTES_MAX = 1 << 20;

    private final RaftLogStore log;
    private final GroupListener listener;
    private final LazyApply applier;
    private final Consumer<LogTurn> forced;
    private final FetchSink fetched;
    private final Consumer<Group> publisher;
    private final Leases leases;
    private final StageTimes stages;
    private final ReplicaCounts counts;
    private final Outbox now = new Outbox();
    private final Ready ready = new Ready();
    private final List<ByteBuffer> entries = new ArrayList<>();
    private LogTurn logTurn;
    /** The newest turn handed to the log and not forced yet. */
    private @Nullable LogTurn unforced;

    private final ArrayDeque<Handed> handed = new ArrayDeque<>();
    private long forcedTurns;

    Turn(
            RaftLogStore log,
            GroupListener listener,
            LazyApply applier,
            Consumer<LogTurn> forced,
            FetchSink fetched,
            Consumer<Group> publisher,
            Leases leases,
            StageTimes stages,
            ReplicaCounts counts) {
        this.log = log;
        this.listener = listener;
        this.applier = applier;
        this.forced = forced;
        this.fetched = fetched;
        this.publisher = publisher;
        this.leases = leases;
        this.stages = stages;
        this.counts = counts;
        this.logTurn = new LogTurn(forced);
    }

    Outbox now() {
        return now;
    }

    LogTurn logTurn() {
        return logTurn;
    }

    /** Asks the group's algorithm what to do and does it, as far as it need not wait for the disk. */
    void carry(Group group, long nowNanos) {
        startReads(group, nowNanos);
        group.raft.collect(ready, nowNanos);
        // Before anything leaves: a lease that has ended early must not be read by once others may act on its end.
        showLease(group);
        // A change of role comes first: what was promised as leader must not be answered with what a follower knows.
        report(group);
        persist(group);
        for (int i = 0; i < ready.nowCount(); i++) {
            send(now, group, ready.now(i));
        }
        Outbox covered = coveredOutbox();
        for (int i = 0; i < ready.afterSyncCount(); i++) {
            send(covered, group, ready.afterSync(i));
        }
        apply(group, nowNanos);
        for (int i = 0; i < ready.readCount(); i++) {
            group.reads.confirmed(ready.readToken(i), ready.readIndex(i), group.raft.applied());
        }
        for (int i = 0; i < ready.snapshotCount(); i++) {
            long to = ready.snapshotTo(i);
            listener.snapshotWanted(group.id, to, group.places.storeOf(to), group.raft.term());
        }
        install(group);
        applier.look(group);
        fetch(group);
    }

    private void showLease(Group group) {
        long endNanos = group.raft.leaseEndNanos();
        if (endNanos == Long.MIN_VALUE) {
            leases.withdraw(group.id);
        } else {
            leases.show(group.id, group.raft.term(), endNanos, group.raft.leaseSentWallMillis());
        }
    }

    private void startReads(Group group, long nowNanos) {
        if (group.reads.hasGathered()) {
            long token = group.reads.startRound();
            if (!group.raft.readIndex(token, nowNanos)) {
                group.refuseReads(group.raft.role() == Role.LEADER ? Refusal.NOT_READY : Refusal.NOT_LEADER);
            }
        }
    }

    private void persist(Group group) {
        boolean hasEntries = ready.persistFirst() != 0;
        if (hasEntries) {
            LogWrite.Section section = logTurn.section(group);
            for (long index = ready.persistFirst(); index <= ready.persistLast(); index++) {
                section.entry(group.tail.present(index));
            }
        }
        if (hasEntries || ready.mustSync()) {
            logTurn.hardState(group);
            logTurn.mark(group, ready.markTerm(), ready.markIndex());
        }
    }

    /** Messages that promise something go with the write that makes it true: this turn's, or the last one still on its way to the disk. */
    private Outbox coveredOutbox() {
        LogTurn earlier = unforced;
        return logTurn.write.isEmpty() && earlier != null ? earlier.afterForce : logTurn.afterForce;
    }

    private void send(Outbox outbox, Group group, RaftMessage message) {
        long store = group.places.storeOf(message.to);
        if (store == 0) {
            store = group.learntPlace(message.to);
        }
        if (store == 0) {
            return;
        }
        if (message.type == RaftMessage.Type.APPEND && message.lastIndex > message.index) {
            entries.clear();
            group.tail.copy(message.index + 1, message.lastIndex, entries);
            outbox.add(store, group.id, group.places.epoch(), message, entries);
        } else {
            outbox.add(store, group.id, group.places.epoch(), message, NO_ENTRIES);
        }
    }

    private void apply(Group group, long nowNanos) {
        if (ready.applyFirst() == 0) {
            return;
        }
        int count = (int) (ready.applyLast() - ready.applyFirst() + 1);
        List<ByteBuffer> range = new ArrayList<>(count);
        group.tail.copy(ready.applyFirst(), ready.applyLast(), range);
        @Nullable Proposal[] mine = new Proposal[count];
        boolean isGuarded = false;
        for (int i = 0; i < count; i++) {
            ByteBuffer entry = range.get(i);
            byte type = EntryLayout.type(entry, 0);
            isGuarded |= type == EntryType.CONF_CHANGE || type == EntryType.ADMIN;
            if (!group.proposals.isEmpty()) {
                mine[i] = group.proposals.take(
                        EntryLayout.index(entry, 0),
                        EntryLayout.term(entry, 0),
                        group.raft.leader(),
                        group.leaderStore());
            }
        }
        ApplyTask task = new ApplyTask(
                group, ready.applyFirst(), ready.applyLast(), range, mine, nowNanos, takeTimed(group, nowNanos));
        group.isApplying = true;
        if (isGuarded && group.forcedCommit < ready.applyLast()) {
            // A node must never act in a configuration older than one it has acted in: the commit is forced before it
            // takes effect.
            group.heldBack = task;
            logTurn.hardState(group);
            logTurn.commitMark(group);
        } else {
            applier.accept(task, isGuarded, nowNanos);
        }
    }

    /** When the entry that is timed was appended, if this range brings it to its end. */
    private long takeTimed(Group group, long nowNanos) {
        if (group.timedIndex == 0 || group.timedIndex > ready.applyLast()) {
            return ApplyTask.NOT_TIMED;
        }
        group.timedIndex = 0;
        stages.took(StageTimes.Stage.COMMIT, nowNanos - group.timedNanos);
        return group.timedNanos;
    }

    private void install(Group group) {
        Group.SnapshotOffer offer = group.offer;
        if (offer != null) {
            group.offer = null;
            if (ready.installIndex() != 0) {
                group.become(Group.State.INSTALLING);
                group.accepted = new Group.AcceptedSnapshot(
                        ready.installIndex(), ready.installTerm(), ready.installMembership(), offer.snapshot());
            } else {
                listener.snapshotUnwanted(group.id, offer.snapshot());
            }
        }
        Group.AcceptedSnapshot accepted = group.accepted;
        // What was handed to the apply agent before still takes effect first: it stands on the old state.
        if (accepted != null && !group.isApplying) {
            group.accepted = null;
            listener.install(
                    group.id,
                    group.replicaId,
                    accepted.index(),
                    accepted.term(),
                    accepted.membership(),
                    accepted.snapshot());
        }
    }

    private void fetch(Group group) {
        if (ready.fetchFirst() != 0 && !group.isFetching) {
            group.isFetching = log.read(
                    group.id,
                    ready.fetchFirst(),
                    ready.fetchLast(),
                    FETCH_BYTES_MAX,
                    (id, from, last, bytes) -> fetched.fetched(group, from, last, bytes));
        }
    }

    private void report(Group group) {
        Role role = group.raft.role();
        boolean isNew = role != group.reportedRole
                || group.raft.term() != group.reportedTerm
                || group.raft.leader() != group.reportedLeader;
        if (!isNew) {
            return;
        }
        Campaign campaign = ready.campaign();
        if (campaign != null) {
            counts.stood(campaign);
        }
        if (group.reportedRole == Role.LEADER && (role != Role.LEADER || group.raft.term() != group.reportedTerm)) {
            group.refuseReads(Refusal.NOT_LEADER);
            group.timedIndex = 0;
            group.changes.giveUp(Refusal.NOT_LEADER, group.raft.leader(), group.leaderStore());
        }
        group.reportedRole = role;
        group.reportedTerm = group.raft.term();
        group.reportedLeader = group.raft.leader();
        // Whoever hears of it looks at what is published.
        publisher.accept(group);
        listener.roleChanged(group.id, group.replicaId, role, group.raft.term(), group.raft.leader());
    }

    /** Hands this turn's changes to the log; false if it has no room, then the turn goes on in the next duty cycle. */
    boolean flushLog(long nowNanos) {
        if (logTurn.isEmpty()) {
            return true;
        }
        if (logTurn.write.isEmpty()) {
            LogTurn earlier = unforced;
            if (earlier == null) {
                LogTurn turn = logTurn;
                logTurn = new LogTurn(forced);
                forced.accept(turn);
                return true;
            }
        }
        if (!log.write(logTurn.write)) {
            return false;
        }
        unforced = logTurn;
        handed.addLast(new Handed(logTurn, nowNanos));
        logTurn = new LogTurn(forced);
        return true;
    }

    /** Turns given to the log so far, and those of them that are forced. */
    long handedTurns() {
        return forcedTurns + handed.size();
    }

    long forcedTurns() {
        return forcedTurns;
    }

    /** The owner tells that a turn is forced. */
    void wasForced(LogTurn turn, long nowNanos) {
        if (!handed.isEmpty() && handed.getFirst().turn.equals(turn)) {
            stages.took(StageTimes.Stage.APPEND_FSYNC, nowNanos - handed.removeFirst().nanos);
            forcedTurns++;
        }
        if (turn.equals(unforced)) {
            unforced = null;
        }
    }

    /** Since when the oldest write that is not forced has been with the log; {@code Long.MAX_VALUE} if all is forced. */
    long unforcedSinceNanos() {
        return handed.isEmpty() ? Long.MAX_VALUE : handed.getFirst().nanos;
    }

    private record Handed(LogTurn turn, long nanos) {}

    /** Where entries read back from the log go. Called on the log agent. */
    interface FetchSink {
        void fetched(Group group, long from, long last, ByteBuffer entries);
    }
}
