package dev.cleave.region.replica;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.log.RaftLogStore;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.MalformedFrame;
import dev.cleave.region.raft.RaftMessage;
import dev.cleave.region.replica.ReplicaCounts.Dropped;
import dev.cleave.region.replica.transport.Outbox;
import dev.cleave.region.replica.transport.RaftFrame;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in frames of raft messages: finds the replica each is for, and decides what to do about those that are for nobody here (an unborn
 * replica, one that was replaced, one that is gone).
 */
@OwnedBy("replica agent")
final class Inbound {
    private static final Logger LOG = LoggerFactory.getLogger(Inbound.class);

    private final GroupTable groups;
    private final Birth birth;
    private final GroupListener listener;
    private final RaftLogStore log;
    private final Outbox replies;
    private final StoreWatch watch;
    private final ReplicaCounts counts;
    private final RaftFrame.Cursor cursor = new RaftFrame.Cursor();

    Inbound(
            GroupTable groups,
            Birth birth,
            GroupListener listener,
            RaftLogStore log,
            Outbox replies,
            StoreWatch watch,
            ReplicaCounts counts) {
        this.groups = groups;
        this.log = log;
        this.birth = birth;
        this.listener = listener;
        this.replies = replies;
        this.watch = watch;
        this.counts = counts;
    }

    void receive(long fromStore, ByteBuffer frame, long now) {
        try {
            cursor.open(frame);
            watch.frame(fromStore, cursor.number());
            while (cursor.next()) {
                dispatch(fromStore, now);
            }
        } catch (MalformedFrame | IllegalArgumentException malformed) {
            counts.dropped(Dropped.MALFORMED, 1);
            LOG.warn("event=malformed-raft-frame from-store={} reason={}", fromStore, malformed.getMessage());
        }
    }

    private void dispatch(long fromStore, long now) {
        if (cursor.isGone()) {
            gone();
            return;
        }
        if (cursor.isBeat()) {
            watch.beat(fromStore, cursor.startNumber(), cursor.isAnswer(), now);
            return;
        }
        long to = cursor.toReplica();
        Group group = groups.get(cursor.group());
        if (group != null && to > group.replicaId) {
            end(group);
            return;
        }
        if (group == null) {
            group = create(fromStore, now);
        }
        if (group == null || group.replicaId != to || group.state() != Group.State.RUNNING) {
            counts.dropped(Dropped.NO_REPLICA, 1);
            return;
        }
        step(group, fromStore, now);
    }

    private @Nullable Group create(long fromStore, long now) {
        RaftMessage.Type type = cursor.message().type;
        boolean isFromPeerInCharge = type == RaftMessage.Type.VOTE
                || type == RaftMessage.Type.PRE_VOTE
                || type == RaftMessage.Type.HEARTBEAT
                || type == RaftMessage.Type.APPEND;
        Epoch epoch = cursor.epoch();
        if (!isFromPeerInCharge || !listener.mayCreate(cursor.group(), cursor.toReplica(), fromStore, epoch)) {
            return null;
        }
        Group group = birth.bear(cursor.group(), cursor.toReplica(), now);
        if (group != null) {
            LOG.info("event=replica-created region={} replica={} for-store={}", group.id, group.replicaId, fromStore);
            groups.add(group);
        }
        return group;
    }

    private void step(Group group, long fromStore, long now) {
        Epoch epoch = cursor.epoch();
        RaftMessage message = cursor.message();
        boolean isStranger = group.raft.isInitialized() && group.places.storeOf(message.from) == 0;
        boolean isOld = epoch.confVersion() < group.places.epoch().confVersion();
        if (isStranger && isOld && group.raft.isMembershipKnown()) {
            counts.dropped(Dropped.STRANGER, 1);
            replies.addGone(fromStore, group.id, message.from, group.places.epoch());
            return;
        }
        group.isCalled(epoch, now);
        if (group.learnPlace(message.from, fromStore)) {
            groups.placesChanged();
        }
        if (message.type == RaftMessage.Type.APPEND || message.type == RaftMessage.Type.HEARTBEAT) {
            group.lastHeardNanos = now;
        }
        boolean hasEntries = message.type == RaftMessage.Type.APPEND && message.lastIndex > message.index;
        if (hasEntries && log.isOutOfSpace()) {
            counts.dropped(Dropped.DISK_FULL, 1);
            // As if it were lost on the way: the leader repeats it until there is space. What is left is for votes.
            return;
        }
        group.tail.receiving(cursor);
        group.raft.step(message, now);
        groups.enqueue(group);
    }

    /** Makes the replica that a message is for. */
    interface Birth {
        /** Null if it may not be born yet: the sender repeats itself. */
        @Nullable
        Group bear(long group, long replicaId, long now);
    }

    private void gone() {
        Group group = groups.get(cursor.group(), cursor.toReplica());
        if (group == null) {
            return;
        }
        long known = group.knownEpoch().confVersion();
        long told = cursor.epoch().confVersion();
        if (told > known || (told == known && group.hasEnded())) {
            end(group);
        }
    }

    private void end(Group group) {
        group.isToldToEnd();
        groups.enqueue(group);
    }
}
