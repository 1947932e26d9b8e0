package dev.cleave.region.replica;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.raft.Membership;
import dev.cleave.region.raft.RaftMessage;

/** The steps of a snapshot that concern a group: it is offered, it has been carried out, it has been sent. */
@OwnedBy("replica agent")
final class SnapshotSteps {
    private final GroupListener listener;
    private final GroupTable groups;
    private final Turn turn;

    SnapshotSteps(GroupListener listener, GroupTable groups, Turn turn) {
        this.listener = listener;
        this.groups = groups;
        this.turn = turn;
    }

    void snapshotArrived(
            long id,
            long replicaId,
            long fromReplica,
            long term,
            long index,
            long indexTerm,
            Membership membership,
            Epoch epoch,
            Object snapshot,
            long now) {
        Group group = groups.get(id, replicaId);
        if (group == null || group.state() != Group.State.RUNNING || group.offer != null) {
            listener.snapshotUnwanted(id, snapshot);
            return;
        }
        RaftMessage message = new RaftMessage();
        message.type = RaftMessage.Type.SNAPSHOT;
        message.from = fromReplica;
        message.to = replicaId;
        message.term = term;
        message.index = index;
        message.logTerm = indexTerm;
        message.membership = membership;
        group.offer = new Group.SnapshotOffer(index, snapshot);
        group.raft.step(message, now);
        groups.enqueue(group);
    }

    void snapshotInstalled(
            long id, long replicaId, long index, long term, Membership membership, Places places, Runnable onReset) {
        Group group = groups.get(id, replicaId);
        if (group == null || group.state() != Group.State.INSTALLING) {
            return;
        }
        LogTurn logTurn = turn.logTurn();
        // A replica that waited, unborn, with a log has acknowledged what comes after the snapshot.
        boolean keepsLog = group.raft.termAt(index) == term;
        long commit = keepsLog ? Math.max(group.knownCommit(), index) : index;
        if (!keepsLog) {
            logTurn.section(group).reset(index, term);
        }
        logTurn.section(group).hardState(group.raft.term(), group.raft.vote(), commit);
        logTurn.then(() -> {
            // Only now, with engine and log both durable, does the algorithm stand on the snapshot.
            group.proposals.abandon();
            group.image = null;
            group.raft.snapshotInstalled(index, term, membership, commit);
            if (!keepsLog) {
                group.tail.reset(index);
                group.compactedTo = index;
            }
            group.settle(places);
            groups.placesChanged();
            if (group.state() == Group.State.INSTALLING) {
                group.become(Group.State.RUNNING);
            }
            groups.enqueue(group);
            onReset.run();
            listener.changed(group.id);
        });
    }

    void snapshotSent(long id, long toReplica, boolean isOk, long index) {
        Group group = groups.get(id);
        if (group != null && group.isRunning()) {
            group.raft.reportSnapshot(toReplica, isOk, index);
            groups.enqueue(group);
        }
    }
}
