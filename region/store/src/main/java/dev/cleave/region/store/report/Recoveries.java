package dev.cleave.region.store.report;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.control.FromPlacement.Recover;
import dev.cleave.region.control.PlacementStub;
import dev.cleave.region.control.ToPlacement.ReplicaState;
import dev.cleave.region.control.ToPlacement.Replicas;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.raft.EntryType;
import dev.cleave.region.replica.GroupStatus;
import dev.cleave.region.replica.ReplicaHost;
import dev.cleave.region.store.apply.AdminProposal;
import dev.cleave.region.store.migrate.RecoverCommand;
import dev.cleave.region.store.state.EpochRules;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.PublishedRegions;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a store does when majorities are lost for good: it tells where its replicas stand, and on order has one of them lead without the others. The order is repeated until it
 * is carried out: first the replica is elected by those who are left, then an entry strikes the lost ones out of the descriptor.
 */
@OwnedBy("control agent")
public final class Recoveries {
    private static final Logger LOG = LoggerFactory.getLogger(Recoveries.class);
    private static final int REPLICAS_PER_RECORD = 1_000;

    private final long storeId;
    private final ReplicaHost host;
    private final PublishedRegions published;
    private final Clock clock;
    private final long deadlineNanos;

    public Recoveries(long storeId, ReplicaHost host, PublishedRegions published, Clock clock, long deadlineNanos) {
        this.storeId = storeId;
        this.host = host;
        this.published = published;
        this.clock = clock;
        this.deadlineNanos = deadlineNanos;
    }

    void tell(long askId, PlacementStub stub) {
        List<ReplicaState> states = new ArrayList<>();
        for (LocalRegion local : published.now().all()) {
            GroupStatus status = host.status(local.id());
            if (status != null && status.replicaId() == local.replicaId()) {
                states.add(new ReplicaState(
                        local.region(),
                        local.replicaId(),
                        status.term(),
                        status.lastTerm(),
                        status.lastIndex(),
                        status.commitIndex(),
                        status.appliedIndex()));
            }
        }
        int from = 0;
        do {
            int to = Math.min(states.size(), from + REPLICAS_PER_RECORD);
            stub.tell(new Replicas(storeId, askId, to == states.size(), states.subList(from, to)));
            from = to;
        } while (from < states.size());
    }

    void carryOut(Recover order) {
        LocalRegion local = published.byId(order.regionId());
        GroupStatus status = host.status(order.regionId());
        if (local == null || status == null || !concerns(local.region(), order)) {
            return;
        }
        boolean isMeant = local.replicaId() == order.replicaId() && status.replicaId() == order.replicaId();
        if (!isMeant) {
            return;
        }
        if (!status.isLeader()) {
            host.recoverWithout(order.regionId(), order.replicaId(), order.lost());
            return;
        }
        // Whoever leads with the votes of those said to be lost proves that they are not.
        boolean leadsWithoutThem =
                order.lost().stream().noneMatch(lost -> status.membership().contains(lost));
        if (leadsWithoutThem) {
            RecoverCommand command = new RecoverCommand(local.region().epoch(), order.lost());
            host.propose(
                    order.regionId(),
                    new AdminProposal(
                            "recover",
                            EpochRules.RECOVER,
                            order.regionId(),
                            EntryType.ADMIN,
                            command.encode(),
                            clock.nanos() + deadlineNanos));
        } else {
            LOG.warn("event=recovery-refused region={} reason=\"it has a leader and a quorum\"", order.regionId());
        }
    }

    private static boolean concerns(Region region, Recover order) {
        return region.peers().stream().anyMatch(peer -> order.lost().contains(peer.replicaId()));
    }
}
