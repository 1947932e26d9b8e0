package dev.cleave.region.replica;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.raft.Membership;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The multi-raft host, seen from outside: every call is a message to the agent that owns the groups. */
@AnyThread
public interface ReplicaHost extends AutoCloseable {
    /**
     * Asks to append one entry. A configuration change is a proposal of type CONF_CHANGE whose payload is an encoded {@code ConfChange}; its context must
     * let the state machine judge it alike everywhere. False if there is no room (say Busy).
     */
    boolean propose(long group, Proposal proposal);

    /** Asks for a linearizable read; false if there is no room (say Busy). */
    boolean read(long group, ReadTicket ticket);

    void transferLeader(long group, long toReplica);

    /** Creates an initialised replica with an empty log (the cluster's first region, an embedded group). */
    void create(GroupStart start);

    /** A fresh child of a split whose parent this store leads stands for election at once, at most 5 times, 100 ms apart. */
    void campaign(long group);

    /** Unsafe: a replica here acts as if {@code lost} had never been members of its group, and stands for election ({@code Raft.recoverWithout}). */
    void recoverWithout(long group, long replicaId, Collection<Long> lost);

    /**
     * Ends a replica: it takes no more messages, its log is removed after {@code mark} is forced, then {@code steps} run in between. Order:
     * stop the group, force {@code mark} as its lifecycle mark, call {@code onMarked} (on the replica agent); the owner then destroys the data and calls {@link #forget}.
     */
    void destroy(long group, long replicaId, byte[] mark, Runnable onMarked);

    /** Removes the destroyed replica's last traces from the log; {@code onForgotten} once forced. */
    void forget(long group, long replicaId, Runnable onForgotten);

    /** Forces {@code mark} as the replica's lifecycle mark in the log, then calls {@code onForced} on the replica agent. */
    void mark(long group, long replicaId, byte[] mark, Runnable onForced);

    /** A frame of kind RAFT from another store. False if dropped for lack of room (raft repeats). */
    boolean receive(long fromStore, ByteBuffer frame);

    /** A whole snapshot for a replica here has come: {@code snapshot} is handed back in {@link GroupListener#install}. */
    void snapshotArrived(
            long group,
            long replicaId,
            long fromReplica,
            long term,
            long index,
            long indexTerm,
            Membership membership,
            Epoch epoch,
            Object snapshot);

    /** The engine holds the snapshot durably; {@code onLogReset} is called when the log begins after it, also durably. */
    void snapshotInstalled(
            long group,
            long replicaId,
            long index,
            long term,
            Membership membership,
            Places places,
            Runnable onLogReset);

    /** Ends a request of {@link GroupListener#snapshotWanted}. */
    void snapshotSent(long group, long toReplica, boolean isOk, long snapshotIndex);

    /** Tells replicas on {@code toStore} that they are no longer members, as of {@code epoch}. */
    void sendGone(long group, long replicaId, long toStore, Epoch epoch);

    /** The group as of a recent turn; null if there is none. */
    @Nullable
    GroupStatus status(long group);

    /** By what groups may be read without asking anybody. */
    Leases leases();

    /** All groups as of a recent turn, in ascending order of id. */
    List<GroupStatus> statuses();

    /** Runs {@code task} on the apply agent, where the engine stands exactly between two turns (to cut a snapshot); false if there is no room. */
    boolean betweenTurns(Runnable task);

    /** Asks all groups led here to hand over leadership to somebody else (graceful stop). */
    void transferAllLeaders();

    @Override
    void close();
}
