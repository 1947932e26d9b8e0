package dev.cleave.region.replica;

import dev.cleave.engine.agents.AgentHandle;
import dev.cleave.engine.agents.Inbox;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.raft.Membership;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The production {@link ReplicaHost}: a replica agent that owns all groups, and an apply agent. Any thread may call. */
public final class Replicas implements ReplicaHost {
    private final Inbox<ReplicaAgent.Task> inbox;
    private final ReplicaAgent agent;
    private final AgentHandle agentHandle;
    private final AgentHandle applierHandle;

    private Replicas(ReplicasParts parts, List<GroupStart> starts, Map<Long, Long> ended) {
        inbox = new Inbox<>(parts.options().inboxItemsMax());
        Inbox<Runnable> applyInbox = new Inbox<>(parts.options().applyQueueMax());
        agent = new ReplicaAgent(parts, inbox, applyInbox);
        agent.lives().recover(starts, ended, parts.clock().nanos());
        applierHandle = parts.agents().start(agent.applier());
        applyInbox.ownedBy(applierHandle);
        agentHandle = parts.agents().start(agent);
        inbox.ownedBy(agentHandle);
    }

    /**
     * Starts a host with the replicas that the engine knows; what the log knows besides (replicas without a descriptor yet) is started too.
     */
    public static Replicas start(ReplicasParts parts, List<GroupStart> starts) {
        return start(parts, starts, Map.of());
    }

    /** As above; replicas that have {@code ended} (by group), though the log still knows them, stay away until they are forgotten. */
    public static Replicas start(ReplicasParts parts, List<GroupStart> starts, Map<Long, Long> ended) {
        return new Replicas(parts, starts, ended);
    }

    /**
     * For what must not get lost: completions are bounded by what was asked before, so when the inbox is full of requests they may still enter by
     * a lane of their own.
     */
    private void must(ReplicaAgent.Task task) {
        agent.urgent(task);
        agentHandle.wake();
    }

    @Override
    public boolean propose(long group, Proposal proposal) {
        return inbox.offer((host, now) -> host.requests().propose(group, proposal, now));
    }

    @Override
    public boolean read(long group, ReadTicket ticket) {
        return inbox.offer((host, now) -> host.requests().read(group, ticket, now));
    }

    @Override
    public void transferLeader(long group, long toReplica) {
        must((host, now) -> host.requests().transferLeader(group, toReplica, now));
    }

    @Override
    public void create(GroupStart start) {
        must((host, now) -> host.lives().create(start, now));
    }

    @Override
    public void campaign(long group) {
        must((host, now) -> host.requests().campaign(group, now));
    }

    @Override
    public void recoverWithout(long group, long replicaId, Collection<Long> lost) {
        must((host, now) -> host.requests().recoverWithout(group, replicaId, lost, now));
    }

    @Override
    public void destroy(long group, long replicaId, byte[] mark, Runnable onMarked) {
        must((host, now) -> host.lives().destroy(group, replicaId, mark, onMarked));
    }

    @Override
    public void forget(long group, long replicaId, Runnable onForgotten) {
        must((host, now) -> host.lives().forget(group, replicaId, onForgotten));
    }

    @Override
    public void mark(long group, long replicaId, byte[] mark, Runnable onForced) {
        must((host, now) -> host.lives().mark(group, replicaId, mark, onForced));
    }

    @Override
    public boolean receive(long fromStore, ByteBuffer frame) {
        return agent.take(fromStore, frame);
    }

    @Override
    public void snapshotArrived(
            long group,
            long replicaId,
            long fromReplica,
            long term,
            long index,
            long indexTerm,
            Membership membership,
            Epoch epoch,
            Object snapshot) {
        must((host, now) -> host.snapshots()
                .snapshotArrived(
                        group, replicaId, fromReplica, term, index, indexTerm, membership, epoch, snapshot, now));
    }

    @Override
    public void snapshotInstalled(
            long group, long replicaId, long index, long term, Membership membership, Places places, Runnable onReset) {
        must((host, now) ->
                host.snapshots().snapshotInstalled(group, replicaId, index, term, membership, places, onReset));
    }

    @Override
    public void snapshotSent(long group, long toReplica, boolean isOk, long snapshotIndex) {
        must((host, now) -> host.snapshots().snapshotSent(group, toReplica, isOk, snapshotIndex));
    }

    @Override
    public void sendGone(long group, long replicaId, long toStore, Epoch epoch) {
        must((host, now) -> host.sendGone(group, replicaId, toStore, epoch));
    }

    @Override
    public @Nullable GroupStatus status(long group) {
        return agent.published().get(group);
    }

    @Override
    public Leases leases() {
        return agent.leases();
    }

    @Override
    public List<GroupStatus> statuses() {
        return new ArrayList<>(agent.published().values());
    }

    @Override
    public void transferAllLeaders() {
        must((host, now) -> host.requests().transferAllLeaders(now));
    }

    /** What has been counted so far. */
    public ReplicaCounts counts() {
        return agent.counts();
    }

    /** Work for the apply agent that must see the engine exactly between two turns (cutting a snapshot); false if there is no room. */
    @Override
    public boolean betweenTurns(Runnable task) {
        return agent.betweenTurns(task);
    }

    @Override
    public void close() {
        agentHandle.close();
        applierHandle.close();
    }
}
