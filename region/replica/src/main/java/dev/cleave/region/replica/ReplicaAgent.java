package dev.cleave.region.replica;

import dev.cleave.engine.agents.Agent;
import dev.cleave.engine.agents.Inbox;
import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.log.GroupImage;
import dev.cleave.engine.log.LogWrite;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.raft.EntryType;
import dev.cleave.region.raft.Membership;
import dev.cleave.region.raft.Raft;
import dev.cleave.region.raft.RaftMessage;
import dev.cleave.region.raft.Role;
import dev.cleave.region.replica.transport.PeerLinks;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
    private static final int CAMPAIGNS = 5;
    private static final long CAMPAIGN_PAUSE_NANOS = 100_000_000L;

    private final ReplicasParts parts;
    private final Inbox<Task> inbox;
    /** Completions: as many as were asked for, so bounded by the bounds of the requests. */
    private final Queue<Task> urgent = new ConcurrentLinkedQueue<>();

    private final Inbox<Runnable> applyInbox;
    private final Applier applier;
    private final Map<Long, GroupStatus> published = new ConcurrentSkipListMap<>();
    private final GroupTable groups = new GroupTable();
    private final GroupMaker maker;
    private final PeerLinks links;
    private final Turn turn;
    private final Inbound inbound;
    private final Sweep sweep;
    private final java.util.ArrayDeque<ApplyTask> applyBacklog = new java.util.ArrayDeque<>();
    /** Groups with a replica on its way out: nothing of that group is born here before it is gone. */
    private final Set<Long> departing = new TreeSet<>();
    /** What the log holds of replicas that were not started: their votes must not be forgotten. */
    private final Map<Long, GroupImage> dormant = new TreeMap<>();

    private boolean isLogFull;

    ReplicaAgent(ReplicasParts parts, Inbox<Task> inbox, Inbox<Runnable> applyInbox) {
        this.parts = parts;
        this.inbox = inbox;
        this.applyInbox = applyInbox;
        applier = new Applier(parts.stateMachine(), applyInbox, this::postApplied);
        maker = new GroupMaker(parts.raft(), parts.randomness());
        links = new PeerLinks(parts.network(), parts.directory(), parts.self(), parts.clock(), new LinkEvents());
        turn = new Turn(
                parts.log(),
                parts.listener(),
                this::handToApplier,
                forced -> post((agent, now) -> agent.forced(forced, now)),
                (group, from, last, entries) -> post((agent, now) -> agent.fetched(group, from, last, entries)));
        inbound = new Inbound(groups, this::bear, parts.listener(), turn.now());
        sweep = new Sweep(groups, parts.options(), parts.durableApplied(), parts.listener(), published);
    }

    Applier applier() {
        return applier;
    }

    Map<Long, GroupStatus> published() {
        return published;
    }

    /** Puts a task into the lane that is never full; whoever calls from another thread also wakes the agent. */
    void urgent(Task task) {
        urgent.add(task);
    }

    private void post(Task task) {
        urgent.add(task);
        inbox.wake();
    }

    boolean betweenTurns(Runnable task) {
        return applyInbox.offer(task);
    }

    /** Before the first turn: brings back every replica that engine or log know. */
    void recover(List<GroupStart> starts, long now) {
        Map<Long, GroupStart> byGroup = new TreeMap<>();
        starts.forEach(start -> byGroup.put(start.group(), start));
        for (GroupImage image : parts.log().recovered()) {
            GroupStart start = byGroup.remove(image.group());
            boolean isWanted = start != null || (image.replicaId() != 0 && image.mark().length == 0);
            if (isWanted && !image.isBroken()) {
                start(image, start, now);
            } else {
                dormant.put(image.group(), image);
            }
        }
        byGroup.values().forEach(start -> start(null, start, now));
    }

    private void start(
            @org.jspecify.annotations.Nullable GroupImage image,
            @org.jspecify.annotations.Nullable GroupStart start,
            long now) {
        start(maker.recovered(image, start, now), image);
    }

    private void start(Group group, @org.jspecify.annotations.Nullable GroupImage image) {
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
    private @org.jspecify.annotations.Nullable Group bear(long id, long replicaId, long now) {
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

    @Override
    public String role() {
        return "replica";
    }

    @Override
    public int doWork(long now) {
        int work = takeIn(now);
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
        isLogFull = !turn.flushLog();
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
            campaignAgain(group, now);
        }
        if (group.raft.nextDeadlineNanos() <= now) {
            group.raft.onTime(now);
        }
        groups.enqueue(group);
    }

    private void carry(Group group, long now) {
        if (!group.isRunning()) {
            finishStop(group);
            return;
        }
        Role before = group.reportedRole;
        long leaderBefore = group.reportedLeader;
        turn.carry(group, now);
        if (group.raft.hasReady()) {
            groups.enqueue(group);
        }
        if (before != group.reportedRole || leaderBefore != group.reportedLeader) {
            sweep.publish(group);
        }
        groups.arm(group, group.raft.nextDeadlineNanos());
        if (group.campaignsLeft > 0) {
            groups.arm(group, group.nextCampaignNanos);
        }
    }

    @Override
    public long nextDeadlineNanos() {
        if (!groups.isIdle() || isLogFull || !applyBacklog.isEmpty()) {
            return parts.clock().nanos() + 1_000_000L;
        }
        return Math.min(groups.nextAlarmNanos(), sweep.nextNanos());
    }

    @Override
    public void onClose() {
        for (Group group : groups.all()) {
            group.proposals.abandon();
            group.refuseReads(Refusal.STOPPING);
            if (group.heldBack != null) {
                group.heldBack.abandon();
            }
        }
        applyBacklog.forEach(ApplyTask::abandon);
        links.close();
    }

    // ---- requests

    void propose(long id, Proposal proposal, long now) {
        Group group = groups.get(id);
        if (group == null || !group.isRunning()) {
            proposal.refused(Refusal.NO_SUCH_GROUP, 0, 0);
            return;
        }
        if (proposal.deadlineNanos() - now <= 0) {
            proposal.refused(Refusal.TIMED_OUT, 0, 0);
            return;
        }
        if (proposal.type() == EntryType.COMMAND && parts.log().isDiskFull()) {
            proposal.refused(Refusal.DISK_FULL, group.raft.leader(), group.leaderStore());
            return;
        }
        long index = group.raft.propose(proposal.type(), proposal.payload().remaining(), now);
        if (index <= 0) {
            proposal.refused(refusal(index), group.raft.leader(), group.leaderStore());
            return;
        }
        group.tail.append(index, group.raft.term(), proposal.type(), proposal.payload());
        group.proposals.add(index, group.raft.term(), proposal);
        groups.enqueue(group);
    }

    private static Refusal refusal(long code) {
        if (code == Raft.NOT_LEADER) {
            return Refusal.NOT_LEADER;
        }
        if (code == Raft.TRANSFERRING) {
            return Refusal.TRANSFERRING;
        }
        return code == Raft.CONF_PENDING ? Refusal.CONFIGURATION_PENDING : Refusal.BUSY;
    }

    void read(long id, ReadTicket ticket, long now) {
        Group group = groups.get(id);
        if (group == null || !group.isRunning()) {
            ticket.refused(Refusal.NO_SUCH_GROUP, 0, 0);
        } else if (ticket.deadlineNanos() - now <= 0) {
            ticket.refused(Refusal.TIMED_OUT, 0, 0);
        } else if (group.raft.role() != Role.LEADER) {
            ticket.refused(Refusal.NOT_LEADER, group.raft.leader(), group.leaderStore());
        } else {
            group.reads.add(ticket);
            groups.enqueue(group);
        }
    }

    void transferLeader(long id, long toReplica, long now) {
        Group group = groups.get(id);
        if (group != null && group.isRunning() && group.raft.transferLeader(toReplica, now)) {
            LOG.info("event=transfer-leader region={} to-replica={} term={}", id, toReplica, group.raft.term());
            groups.enqueue(group);
        }
    }

    void transferAllLeaders(long now) {
        for (Group group : groups.all()) {
            if (group.raft.role() != Role.LEADER || !group.isRunning()) {
                continue;
            }
            Peer best = null;
            for (Peer peer : group.places.peers()) {
                boolean isCandidate = peer.replicaId() != group.replicaId
                        && group.raft.membership().isVoter(peer.replicaId())
                        && group.raft.isRecentlyActive(peer.replicaId());
                if (isCandidate
                        && (best == null || group.raft.match(peer.replicaId()) > group.raft.match(best.replicaId()))) {
                    best = peer;
                }
            }
            if (best != null) {
                transferLeader(group.id, best.replicaId(), now);
            }
        }
    }

    void campaign(long id, long now) {
        Group group = groups.get(id);
        if (group != null && group.state() == Group.State.RUNNING) {
            group.campaignsLeft = CAMPAIGNS;
            campaignAgain(group, now);
        }
    }

    private void campaignAgain(Group group, long now) {
        boolean isSettled = group.raft.leader() != 0;
        group.campaignsLeft = isSettled ? 0 : group.campaignsLeft - 1;
        group.nextCampaignNanos = now + CAMPAIGN_PAUSE_NANOS;
        if (!isSettled) {
            group.raft.campaign(true, now);
            groups.enqueue(group);
        }
    }

    void receive(long fromStore, ByteBuffer frame, long now) {
        inbound.receive(fromStore, frame, now);
    }

    void sendGone(long group, long replicaId, long toStore, Epoch epoch) {
        turn.now().addGone(toStore, group, replicaId, epoch);
    }

    // ---- birth and end

    void create(GroupStart start, long now) {
        Group existing = groups.get(start.group());
        if (existing == null) {
            Group group = maker.empty(start.group(), start.replicaId(), now);
            groups.add(group);
            initialize(group, start);
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

    /** A newborn has promised nothing in an earlier life: unlike a restarted replica it may vote at once. */
    private void initialize(Group group, GroupStart start) {
        group.raft.initialize(start.membership(), start.appliedIndex(), start.appliedTerm());
        group.tail.reset(start.appliedIndex());
        group.settle(start.places());
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
        group.proposals.abandon();
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
            parts.listener().snapshotUnwanted(id, accepted.snapshot());
        }
        group.afterStop = () -> {
            LogTurn logTurn = turn.logTurn();
            logTurn.section(group).mark(mark);
            logTurn.then(onMarked);
        };
        groups.enqueue(group);
    }

    /** The end waits until the apply agent has let go of the group. */
    private void finishStop(Group group) {
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

    // ---- snapshots

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
            parts.listener().snapshotUnwanted(id, snapshot);
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
        logTurn.section(group).reset(index, term).hardState(group.raft.term(), group.raft.vote(), index);
        logTurn.then(() -> {
            // Only now, with engine and log both durable, does the algorithm stand on the snapshot.
            group.proposals.abandon();
            group.image = null;
            group.raft.snapshotInstalled(index, term, membership);
            group.tail.reset(index);
            group.compactedTo = index;
            group.settle(places);
            if (group.state() == Group.State.INSTALLING) {
                group.become(Group.State.RUNNING);
            }
            groups.enqueue(group);
            onReset.run();
            parts.listener().changed(group.id);
        });
    }

    void snapshotSent(long id, long toReplica, boolean isOk, long index) {
        Group group = groups.get(id);
        if (group != null && group.isRunning()) {
            group.raft.reportSnapshot(toReplica, isOk, index);
            groups.enqueue(group);
        }
    }

    // ---- completions

    private void forced(LogTurn forced, long now) {
        turn.wasForced(forced);
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
        boolean isRemoved = false;
        for (ApplyTask.Change change : task.changes) {
            isRemoved |= take(group, change, now);
        }
        if (group.isRunning()) {
            group.raft.applied(task.last);
            group.reads.applied(task.last);
        }
        groups.enqueue(group);
        if (isRemoved) {
            parts.listener().removed(group.id, group.replicaId);
        }
    }

    /** Lets a change of groups take effect; returns whether this replica is no longer a member. */
    private boolean take(Group group, ApplyTask.Change change, long now) {
        if (change.what() instanceof GroupChange.Reconfigured reconfigured) {
            boolean wasMember = group.raft.membership().contains(group.replicaId);
            group.raft.applyConf(change.index(), reconfigured.change());
            group.settle(reconfigured.places());
            boolean isRemoved = wasMember && !group.raft.membership().contains(group.replicaId);
            parts.listener().changed(group.id);
            sweep.publish(group);
            return isRemoved;
        }
        if (change.what() instanceof GroupChange.Divided divided) {
            group.settle(divided.parentPlaces());
            divided.children().forEach(child -> create(child, now));
            sweep.publish(group);
            parts.listener().changed(group.id);
        }
        return false;
    }

    /** Brings what happens on outgoing links to the agent. */
    private final class LinkEvents implements PeerLinks.Events {
        @Override
        public void opened(long store, Link link, Hello hello) {
            post((agent, now) -> links.opened(store, link, hello));
        }

        @Override
        public void frame(long store, ByteBuffer frame) {
            inbox.offer((agent, now) -> agent.receive(store, frame, now));
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
