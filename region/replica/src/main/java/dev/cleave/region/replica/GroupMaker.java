package dev.cleave.region.replica;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.log.GroupImage;
import dev.cleave.region.raft.HardState;
import dev.cleave.region.raft.Membership;
import dev.cleave.region.raft.Raft;
import dev.cleave.region.raft.RaftConfig;
import dev.cleave.region.raft.Restored;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes groups: from what engine and log hold, as the child of a split, or empty for a replica that waits for its first snapshot. */
@OwnedBy("replica agent")
final class GroupMaker {
    private static final Logger LOG = LoggerFactory.getLogger(GroupMaker.class);

    private final Crowd crowd;
    private final IntSupplier groups;
    private final Randomness randomness;
    private final StoreLiveness liveness;
    private final long promiseEndNanos;
    /** For those that begin when the host does; null afterwards. */
    private @Nullable RaftConfig together;

    /**
     * A replica that is made soon after the host's start may have promised in the host's last life, even if nothing is left of it.
     *
     * @param groups how many there are here
     */
    GroupMaker(
            RaftConfig config, Randomness randomness, StoreLiveness liveness, IntSupplier groups, long hostStartNanos) {
        this.crowd = new Crowd(config);
        this.groups = groups;
        this.randomness = randomness;
        this.liveness = liveness;
        this.promiseEndNanos = hostStartNanos + config.electionMinNanos();
    }

    /** What is made from now on begins when the host does, so many in all. */
    void hostBegins(int count) {
        together = crowd.together(count);
    }

    void hostHasBegun() {
        together = null;
    }

    /** A replica without a descriptor: it votes and waits for a snapshot (or for the split that gives birth to it). */
    Group empty(long group, long replicaId, long now) {
        return make(group, replicaId, Restored.EMPTY, Places.NOWHERE, now);
    }

    /** A replica whose log begins, empty, after {@code start}'s applied index. */
    Group fresh(GroupStart start, long term, long vote, long now) {
        long index = start.appliedIndex();
        Restored restored = new Restored(
                new HardState(Math.max(term, start.appliedTerm()), vote, index),
                start.membership(),
                index,
                start.appliedTerm(),
                index,
                new long[0],
                new long[0],
                index);
        return make(start.group(), start.replicaId(), restored, start.places(), now);
    }

    /** A replica that was here before. Engine and log need not agree: the log may lag behind a snapshot or be ahead of the applied state. */
    Group recovered(@Nullable GroupImage image, @Nullable GroupStart start, long now) {
        if (image == null || (start != null && image.replicaId() < start.replicaId())) {
            return fresh(java.util.Objects.requireNonNull(start), 0, 0, now);
        }
        if (start == null) {
            return unborn(image, now);
        }
        long applied = start.appliedIndex();
        Invariant.check(
                image.compactIndex() <= applied,
                "the log is never cut beyond what the engine durably holds",
                start.group(),
                image.compactIndex(),
                applied);
        if (image.lastIndex() < applied || termAt(image, applied) != start.appliedTerm()) {
            // A snapshot was installed, or a child born, and its log reset had not been forced yet. What the log holds
            // instead
            // contradicts committed state, so it cannot have been committed.
            LOG.info(
                    "event=log-behind-engine region={} applied={} log={}..{}",
                    start.group(),
                    applied,
                    image.firstIndex(),
                    image.lastIndex());
            return fresh(start, image.term(), image.votedFor(), now);
        }
        Restored restored = new Restored(
                new HardState(image.term(), image.votedFor(), Math.max(image.commit(), applied)),
                start.membership(),
                image.compactIndex(),
                image.compactTerm(),
                image.lastIndex(),
                image.runStarts(),
                image.runTerms(),
                applied);
        Group group = make(image.group(), image.replicaId(), restored, start.places(), now);
        group.compactedTo = image.compactIndex();
        return group;
    }

    /**
     * A replica that the log knows and the engine does not: it has voted before it was born, or its birth by a split was lost with the engine's memory
     * and will be applied again. It must vote with the log that it has acknowledged, so it keeps log and vote.
     */
    private Group unborn(GroupImage image, long now) {
        Restored restored = new Restored(
                new HardState(image.term(), image.votedFor(), image.compactIndex()),
                Membership.EMPTY,
                image.compactIndex(),
                image.compactTerm(),
                image.lastIndex(),
                image.runStarts(),
                image.runTerms(),
                image.compactIndex());
        Group group = make(image.group(), image.replicaId(), restored, Places.NOWHERE, now);
        group.compactedTo = image.compactIndex();
        group.image = image;
        return group;
    }

    /** An unborn replica with a log is born again: everything it knew of its log still stands, and so does its newest vote. */
    Group reborn(Group unborn, GroupImage image, GroupStart start, long now) {
        GroupImage voted = new GroupImage(
                image.group(),
                image.replicaId(),
                true,
                unborn.raft.term(),
                unborn.raft.vote(),
                image.commit(),
                image.compactIndex(),
                image.compactTerm(),
                image.firstIndex(),
                image.lastIndex(),
                image.runStarts(),
                image.runTerms(),
                image.mark(),
                image.isBroken());
        return recovered(voted, start, now);
    }

    private static long termAt(GroupImage image, long index) {
        if (index == image.compactIndex()) {
            return image.compactTerm();
        }
        long term = -1;
        for (int run = 0; run < image.runStarts().length && image.runStarts()[run] <= index; run++) {
            term = image.runTerms()[run];
        }
        return term;
    }

    private Group make(long group, long replicaId, Restored restored, Places places, long now) {
        EntryTail tail = new EntryTail(restored.lastIndex());
        PeerStores peers = new PeerStores(liveness, places);
        RaftConfig first = together;
        RaftConfig config = first == null ? crowd.beside(groups.getAsInt()) : first;
        Raft raft = new Raft(config, replicaId, restored, tail, randomness.fork(), peers, now);
        raft.promiseUntil(promiseEndNanos);
        return new Group(group, replicaId, raft, tail, places, peers, now);
    }
}
