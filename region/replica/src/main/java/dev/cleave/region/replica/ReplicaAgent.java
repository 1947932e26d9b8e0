package dev.cleave.region.replica;

import dev.cleave.engine.agents.Agent;
import dev.cleave.engine.agents.Inbox;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.raft.RaftConfig;
import dev.cleave.region.raft.Role;
import dev.cleave.region.replica.transport.PeerLinks;
import dev.cleave.region.replica.transport.RaftFrame;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one owner of all groups of a host. A turn: take in what has come, look at the groups whose alarm is due, carry out what each touched group
 * decides, then one log write and one frame per store for all of them.
 */
@OwnedBy("replica agent")
final class ReplicaAgent implements Agent {
    /** Something that has come for the agent. */
    @FunctionalInterface
    interface Task {
        void run(ReplicaAgent agent, long now);
    }

    private static final Logger LOG = LoggerFactory.getLogger(ReplicaAgent.class);
    private static final int TASKS_PER_TURN = 2_048;

    private final ReplicasParts parts;
    private final Inbox<Task> inbox;
    /** Completions: as many as were asked for, so bounded by the bounds of the requests. */
    private final Queue<Task> urgent = new ConcurrentLinkedQueue<>();

    private final Inbox<Runnable> applyInbox;
    private final Applier applier;
    private final Map<Long, GroupStatus> published = new ConcurrentSkipListMap<>();
    private final Leases leases;
    private final GroupTable groups = new GroupTable();
    private final GroupLives lives;
    private final Requests requests;
    private final SnapshotSteps snapshots;
    private final PeerLinks links;
    private final LazyApply lazily;
    private final Turn turn;
    private final ReplicaCounts counts = new ReplicaCounts();
    private final Inbound inbound;
    private final Sweep sweep;
    private final StoreWatch watch;
    private final DiskWatch disk;
    private final java.util.ArrayDeque<ApplyTask> applyBacklog = new java.util.ArrayDeque<>();
    private boolean isLogFull;
    private long wallMillis;

    ReplicaAgent(ReplicasParts parts, Inbox<Task> inbox, Inbox<Runnable> applyInbox) {
        this.parts = parts;
        this.inbox = inbox;
        this.applyInbox = applyInbox;
        applier = new Applier(parts.stateMachine(), applyInbox, this::postApplied);
        links = new PeerLinks(
                parts.network(), parts.directory(), parts.self(), parts.clock(), new LinkEvents(), counts);
        sweep = new Sweep(groups, parts.log(), parts.options(), parts.durableApplied(), parts.listener(), published);
        leases = new Leases(parts.clock(), parts.raft().leaseNanos());
        lazily = new LazyApply(parts.options().lazyApplyNanos(), this::handToApplier);
        turn = new Turn(
                parts.log(),
                parts.listener(),
                lazily,
                forced -> post((agent, now) -> agent.forced(forced, now)),
                (group, from, last, entries) -> post((agent, now) -> agent.fetched(group, from, last, entries)),
                sweep::publish,
                leases,
                parts.stages(),
                counts);
        long started = parts.clock().nanos();
        StoreLiveness liveness = liveness(parts.raft(), started);
        watch = new StoreWatch(
                liveness,
                new Beats(
                        groups,
                        parts.self(),
                        parts.raft().heartbeatNanos(),
                        parts.raft().electionMinNanos(),
                        started),
                new WakeUps(groups, sweep),
                groups,
                parts.raft().heartbeatNanos(),
                parts.raft().electionMaxNanos());
        GroupMaker maker = new GroupMaker(parts.raft(), parts.randomness(), liveness, groups::size, started);
        lives = new GroupLives(parts.log(), parts.listener(), groups, maker, turn, sweep, leases);
        requests = new Requests(parts.log(), groups);
        snapshots = new SnapshotSteps(parts.listener(), groups, turn);
        disk = new DiskWatch(
                parts.options().diskHandOverNanos(), parts.options().diskEndNanos(), requests::transferAllLeaders);
        inbound = new Inbound(groups, lives::bear, parts.listener(), parts.log(), turn.now(), watch, counts);
    }

    /** Silence is noticed about when a follower that is awake would begin to campaign. */
    private static StoreLiveness liveness(RaftConfig raft, long now) {
        return new StoreLiveness(raft.heartbeatNanos(), (raft.electionMinNanos() + raft.electionMaxNanos()) / 2, now);
    }

    Applier applier() {
        return applier;
    }

    GroupLives lives() {
        return lives;
    }

    Requests requests() {
        return requests;
    }

    SnapshotSteps snapshots() {
        return snapshots;
    }

    Map<Long, GroupStatus> published() {
        return published;
    }

    Leases leases() {
        return leases;
    }

    /** Puts a task into the lane that is never full; whoever calls from another thread also wakes the agent. */
    void urgent(Task task) {
        urgent.add(task);
    }

    private void post(Task task) {
        urgent.add(task);
        inbox.wake();
    }

    ReplicaCounts counts() {
        return counts;
    }

    /** Takes in a frame from another store, unless there is too much to do. Any thread. */
    boolean take(long fromStore, ByteBuffer frame) {
        boolean isTaken = inbox.offer((agent, now) -> agent.receive(fromStore, frame));
        if (!isTaken) {
            counts.dropped(ReplicaCounts.Dropped.INBOX_FULL, RaftFrame.messages(frame));
        }
        return isTaken;
    }

    boolean betweenTurns(Runnable task) {
        return applyInbox.offer(task);
    }

    @Override
    public String role() {
        return "replica";
    }

    @Override
    public Turns turns() {
        return Turns.BRIEF;
    }

    @Override
    public int doWork(long now) {
        wallMillis = parts.clock().wallMillis();
        int work = takeIn(now);
        work += watch.doWork(now, turn.unforcedSinceNanos(), turn.now());
        for (Group due = groups.due(now); due != null; due = groups.due(now)) {
            work++;
            fire(due, now);
        }
        if (!isLogFull) {
            for (Group group : groups.takeQueued()) {
                work++;
                carry(group, now);
            }
            if (sweep.isDue(now)) {
                sweep.run(now, turn.logTurn());
            }
        }
        lazily.leaveIfDue(now);
        isLogFull = !turn.flushLog(now);
        disk.look(now, turn.handedTurns(), turn.forcedTurns());
        turn.now().flush(links);
        return work + drainApplyBacklog();
    }

    private int takeIn(long now) {
        int taken = 0;
        for (Task task = urgent.poll(); task != null; task = urgent.poll()) {
            task.run(this, now);
            taken++;
        }
        return isLogFull ? taken : taken + inbox.drain(task -> task.run(this, now), TASKS_PER_TURN);
    }

    private void fire(Group group, long now) {
        if (group.state() != Group.State.RUNNING) {
            return;
        }
        if (group.campaignsLeft > 0 && now - group.nextCampaignNanos >= 0) {
            requests.campaignAgain(group, now);
        }
        if (group.raft.nextDeadlineNanos() <= now) {
            group.raft.atWall(wallMillis);
            if (leases.takeUse(group.id)) {
                group.raft.leaseUsed(now);
            }
            group.raft.onTime(now);
        }
        groups.enqueue(group);
    }

    private void carry(Group group, long now) {
        if (!group.isRunning()) {
            lazily.look(group);
            lives.finishStop(group);
            return;
        }
        group.raft.atWall(wallMillis);
        turn.carry(group, now);
        notice(group, now);
        if (group.mayEnd()) {
            group.endHasBegun();
            parts.listener().isObsolete(group.id, group.replicaId);
        }
        if (group.raft.hasReady()) {
            groups.enqueue(group);
        }
        groups.arm(group, group.raft.nextDeadlineNanos());
        if (group.campaignsLeft > 0) {
            groups.arm(group, group.nextCampaignNanos);
        }
    }

    /** Whoever wakes has not been left alone: somebody else watched. */
    private void notice(Group group, long now) {
        if (group.wasAsleep != group.raft.isAsleep()) {
            group.wasAsleep = group.raft.isAsleep();
            group.lastHeardNanos = now;
            LOG.debug("event={} region={}", group.wasAsleep ? "group-sleeps" : "group-woke", group.id);
            sweep.publish(group);
        }
        boolean isKnown = group.raft.isMembershipKnown();
        if (group.wasMembershipKnown != isKnown) {
            group.wasMembershipKnown = isKnown;
            sweep.publish(group);
        }
        if (isKnown && !group.departed.isEmpty()) {
            sayFarewell(group);
        }
    }

    /** Those who were removed may go. Whom this does not reach asks the placement driver. */
    private void sayFarewell(Group group) {
        if (group.raft.role() == Role.LEADER) {
            for (Peer gone : group.departed) {
                turn.now().addGone(gone.storeId(), group.id, gone.replicaId(), group.places.epoch());
            }
        }
        group.departed = List.of();
    }

    @Override
    public long nextDeadlineNanos() {
        if (!groups.isIdle() || isLogFull || !applyBacklog.isEmpty()) {
            return parts.clock().nanos() + 1_000_000L;
        }
        long next = Math.min(groups.nextAlarmNanos(), sweep.nextNanos());
        next = Math.min(next, lazily.nextNanos());
        return Math.min(Math.min(next, watch.nextDeadlineNanos()), disk.nextNanos());
    }

    @Override
    public void onClose() {
        for (Group group : groups.all()) {
            group.proposals.abandon();
            group.changes.giveUp(Refusal.STOPPING, 0, 0);
            group.refuseReads(Refusal.STOPPING);
            leases.withdraw(group.id);
            if (group.heldBack != null) {
                group.heldBack.abandon();
            }
        }
        applyBacklog.forEach(ApplyTask::abandon);
        links.close();
    }

    /**
     * The time is asked for anew: a turn that was held up, by a collection of garbage for one, meets frames that came long after it began, and what
     * they promise their senders counts from when they were here.
     */
    void receive(long fromStore, ByteBuffer frame) {
        inbound.receive(fromStore, frame, parts.clock().nanos());
    }

    void sendGone(long group, long replicaId, long toStore, Epoch epoch) {
        turn.now().addGone(toStore, group, replicaId, epoch);
    }

    // ---- completions

    private void forced(LogTurn forced, long now) {
        turn.wasForced(forced, now);
        forced.afterForce.flush(links);
        for (LogTurn.Mark mark : forced.marks()) {
            Group group = mark.group();
            group.forcedCommit = Math.max(group.forcedCommit, mark.commit());
            if (mark.isOfRaft() && group.isRunning()) {
                group.raft.persisted(mark.markTerm(), mark.markIndex(), mark.hardTerm(), mark.hardVote());
            }
            ApplyTask held = group.heldBack;
            if (held != null && group.forcedCommit >= held.last) {
                group.heldBack = null;
                handToApplier(held);
            }
            groups.enqueue(group);
        }
        forced.runThen();
    }

    private void fetched(Group group, long from, long last, ByteBuffer entries) {
        group.isFetching = false;
        if (group.isRunning()) {
            group.tail.cache(from, last, entries);
            group.raft.fetched(from, last);
            groups.enqueue(group);
        }
    }

    private void handToApplier(ApplyTask task) {
        applyBacklog.addLast(task);
        drainApplyBacklog();
    }

    /** The apply agent's inbox is bounded; what finds no room waits here, at most one range per group. */
    private int drainApplyBacklog() {
        int handed = 0;
        while (!applyBacklog.isEmpty()) {
            ApplyTask task = applyBacklog.getFirst();
            if (!applyInbox.offer(() -> applier.apply(task))) {
                break;
            }
            applyBacklog.removeFirst();
            handed++;
        }
        return handed;
    }

    /** Called on the apply agent. */
    private void postApplied(List<ApplyTask> tasks) {
        post((agent, now) -> {
            for (ApplyTask task : tasks) {
                agent.applied(task, now);
            }
        });
    }

    private void applied(ApplyTask task, long now) {
        Group group = task.group;
        group.isApplying = false;
        boolean hadEnded = group.hasEnded();
        if (!task.hasRested()) {
            parts.stages().took(StageTimes.Stage.APPLY, now - task.committedNanos);
        }
        if (task.proposedNanos != ApplyTask.NOT_TIMED) {
            parts.stages().took(StageTimes.Stage.PROPOSE, now - task.proposedNanos);
        }
        for (ApplyTask.Change change : task.changes) {
            take(group, change, now);
        }
        if (group.hasEnded() && !hadEnded) {
            LOG.info("event=replica-removed region={} replica={}", group.id, group.replicaId);
        }
        if (group.isRunning()) {
            group.raft.applied(task.last);
            group.changes.applied(task.last);
            group.reads.applied(task.last);
        }
        groups.enqueue(group);
    }

    /** Lets a change of groups take effect. */
    private void take(Group group, ApplyTask.Change change, long now) {
        if (change.what() instanceof GroupChange.Reconfigured reconfigured) {
            group.raft.applyConf(change.index(), reconfigured.change());
            group.settle(reconfigured.places());
            groups.placesChanged();
            sweep.publish(group);
            parts.listener().changed(group.id);
        } else if (change.what() instanceof GroupChange.Restated restated) {
            group.raft.restate(change.index(), restated.membership());
            group.settle(restated.places());
            groups.placesChanged();
            sweep.publish(group);
            parts.listener().changed(group.id);
        } else if (change.what() instanceof GroupChange.Divided divided) {
            group.settle(divided.parentPlaces());
            groups.placesChanged();
            divided.children().forEach(child -> lives.create(child, now));
            sweep.publish(group);
            parts.listener().changed(group.id);
        }
    }

    /** Brings what happens on outgoing links to the agent. */
    private final class LinkEvents implements PeerLinks.Events {
        @Override
        public void opened(long store, Link link, Hello hello) {
            post((agent, now) -> links.opened(store, link, hello));
        }

        @Override
        public void frame(long store, ByteBuffer frame) {
            take(store, frame);
        }

        @Override
        public void closed(long store, Link link, String reason) {
            post((agent, now) -> {
                links.closed(store, link, reason);
                agent.unreachable(store);
            });
        }
    }

    private void unreachable(long store) {
        for (Group group : groups.all()) {
            if (group.raft.role() == Role.LEADER) {
                for (Peer peer : group.places.peers()) {
                    if (peer.storeId() == store) {
                        group.raft.reportUnreachable(peer.replicaId());
                    }
                }
            }
        }
    }
}
