package dev.cleave.placement.server;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.raft.Membership;
import dev.cleave.region.raft.Role;
import dev.cleave.region.replica.GroupListener;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens to the one group of a placement driver: who leads matters; members and snapshots do not occur with a single voter. */
@AnyThread
final class CatalogGroup implements GroupListener {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogGroup.class);

    private final LongConsumer leads;

    /** @param leads hears the term in which this node leads, 0 when it does not */
    CatalogGroup(LongConsumer leads) {
        this.leads = leads;
    }

    @Override
    public boolean mayCreate(long group, long replicaId, long fromStore, Epoch epoch) {
        return false;
    }

    @Override
    public void isObsolete(long group, long replicaId) {
        unexpected("obsolete", group);
    }

    @Override
    public void roleChanged(long group, long replicaId, Role role, long term, long leaderReplica) {
        leads.accept(role == Role.LEADER ? term : 0);
    }

    @Override
    public void changed(long group) {}

    @Override
    public void snapshotWanted(long group, long toReplica, long toStore, long term) {
        unexpected("snapshot wanted", group);
    }

    @Override
    public void install(long group, long replicaId, long index, long term, Membership membership, Object snapshot) {
        unexpected("install", group);
    }

    @Override
    public void snapshotUnwanted(long group, Object snapshot) {
        unexpected("snapshot unwanted", group);
    }

    @Override
    public void isLonely(long group, long replicaId, Epoch epoch) {
        LOG.warn("placement.lonely group={} advice=\"no leader has been heard of for long\"", group);
    }

    private static void unexpected(String what, long group) {
        LOG.error("placement.unexpected what=\"{}\" group={}", what, group);
    }
}
