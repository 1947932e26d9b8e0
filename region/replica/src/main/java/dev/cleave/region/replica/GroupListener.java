package dev.cleave.region.replica;

import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.raft.Membership;
import dev.cleave.region.raft.Role;

/** What the owner of the groups (a store, a placement driver) decides and hears. Called on the replica agent; must not block. */
public interface GroupListener {
    /** A message has come for a replica that does not exist here: may it be created, still empty? */
    boolean mayCreate(long group, long replicaId, long fromStore, Epoch epoch);

    /**
     * A message for a larger replica id than the one here, or a notice with a newer epoch that this replica is gone, and whoever waits here for what is
     * known to be committed has been answered: it must be destroyed ({@link ReplicaHost#destroy}).
     */
    void isObsolete(long group, long replicaId);

    void roleChanged(long group, long replicaId, Role role, long term, long leaderReplica);

    /** Membership, places or applied index moved in a way that a report should tell. */
    void changed(long group);

    /** The leader's log no longer has what {@code toReplica} needs: make a snapshot, send it, call {@link ReplicaHost#snapshotSent}. */
    void snapshotWanted(long group, long toReplica, long toStore, long term);

    /**
     * The snapshot given to {@link ReplicaHost#snapshotArrived} was accepted by the group: carry it out, then call {@link ReplicaHost#snapshotInstalled}. Nothing
     * of the group is applied meanwhile.
     */
    void install(long group, long replicaId, long index, long term, Membership membership, Object snapshot);

    /** The snapshot given to {@link ReplicaHost#snapshotArrived} is not wanted (old, or for somebody else): drop its files. */
    void snapshotUnwanted(long group, Object snapshot);

    /** No leader has been heard of for long, or this replica has applied its own removal: does anybody still need it? {@code epoch} is the newest in which it knows itself to be wanted. */
    void isLonely(long group, long replicaId, Epoch epoch);
}
