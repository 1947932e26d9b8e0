package dev.cleave.region.replica;

import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.raft.Membership;
import dev.cleave.region.raft.Role;

/**
 * A listener for whoever embeds groups that are created and removed by hand on every host, and whose log is kept whole: no replica is born by a message
 * or fed by snapshot. Subclass it to hear of leaders.
 */
public class FixedGroups implements GroupListener {
    @Override
    public boolean mayCreate(long group, long replicaId, long fromStore, Epoch epoch) {
        return false;
    }

    @Override
    public void isObsolete(long group, long replicaId) {
        throw new IllegalStateException("replica " + replicaId + " of group " + group
                + " has a younger one elsewhere: such groups need a listener of their own");
    }

    @Override
    public void roleChanged(long group, long replicaId, Role role, long term, long leaderReplica) {}

    @Override
    public void changed(long group) {}

    @Override
    public void snapshotWanted(long group, long toReplica, long toStore, long term) {
        throw new IllegalStateException("group " + group
                + " has let entries go that a replica needs: such groups need a listener that makes snapshots");
    }

    @Override
    public void install(long group, long replicaId, long index, long term, Membership membership, Object snapshot) {
        throw new IllegalStateException("a snapshot for group " + group + ", which never asks for one");
    }

    @Override
    public void snapshotUnwanted(long group, Object snapshot) {}

    @Override
    public void isLonely(long group, long replicaId, Epoch epoch) {}
}
