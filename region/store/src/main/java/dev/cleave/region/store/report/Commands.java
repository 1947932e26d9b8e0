package dev.cleave.region.store.report;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.control.FromPlacement.Action;
import dev.cleave.region.control.FromPlacement.Command;
import dev.cleave.region.control.FromPlacement.SplitIds;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.raft.EntryType;
import dev.cleave.region.replica.GroupStatus;
import dev.cleave.region.replica.ReplicaHost;
import dev.cleave.region.store.apply.AdminProposal;
import dev.cleave.region.store.check.CheckCommand;
import dev.cleave.region.store.migrate.PeerChange;
import dev.cleave.region.store.split.SplitPlan;
import dev.cleave.region.store.state.EpochRules;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.PublishedRegions;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what the placement driver orders for regions led here. An order made for another epoch, or already carried out, does nothing; nobody is
 * told: the placement driver sees from reports what is true.
 */
@OwnedBy("control agent")
public final class Commands {
    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);

    private final ReplicaHost host;
    private final PublishedRegions published;
    private final Clock clock;
    private final long deadlineNanos;

    public Commands(ReplicaHost host, PublishedRegions published, Clock clock, long deadlineNanos) {
        this.host = host;
        this.published = published;
        this.clock = clock;
        this.deadlineNanos = deadlineNanos;
    }

    /** Returns why not, if a command meant for the region as it is here cannot be carried out now. */
    Optional<String> carryOut(Command command) {
        LocalRegion local = published.byId(command.regionId());
        GroupStatus status = host.status(command.regionId());
        if (local == null || status == null || !status.isLeader()) {
            LOG.debug("event=command-not-mine operator={} region={}", command.operatorId(), command.regionId());
            return Optional.empty();
        }
        Region region = local.region();
        Action action = command.action();
        if (action instanceof Action.TransferLeader transfer) {
            transfer(command, status, transfer);
        } else if (action instanceof Action.ChangePeers change) {
            if (EpochRules.CHANGE_PEERS.admits(command.epoch(), region.epoch())) {
                return changePeers(command, region, status, change);
            }
        } else if (action instanceof Action.Check check) {
            propose(
                    "check",
                    EpochRules.CHECK,
                    region.id(),
                    EntryType.ADMIN,
                    new CheckCommand(check.checkId()).encode());
        } else if (action instanceof Action.Split split) {
            if (EpochRules.SPLIT.admits(command.epoch(), region.epoch())) {
                return split(region, split.keys(), split.ids());
            }
        }
        return Optional.empty();
    }

    private void transfer(Command command, GroupStatus status, Action.TransferLeader transfer) {
        boolean mayLead = status.membership().isIncomingVoter(transfer.replicaId());
        if (mayLead && status.replicaId() != transfer.replicaId()) {
            host.transferLeader(command.regionId(), transfer.replicaId());
        }
    }

    private Optional<String> changePeers(Command command, Region region, GroupStatus status, Action.ChangePeers order) {
        PeerChange plan = PeerChange.of(region, status, order);
        if (plan.change() != null) {
            propose(
                    "change-peers",
                    EpochRules.CHANGE_PEERS,
                    region.id(),
                    EntryType.CONF_CHANGE,
                    ByteBuffer.wrap(plan.change().encode()));
        } else if (!plan.refusal().isEmpty()) {
            LOG.info(
                    "event=command-refused operator={} region={} reason=\"{}\"",
                    command.operatorId(),
                    region.id(),
                    plan.refusal());
        }
        return reason(plan.refusal());
    }

    private static Optional<String> reason(String refusal) {
        return refusal.isEmpty() ? Optional.empty() : Optional.of(refusal);
    }

    /** Proposes to divide a region led here, or returns why not. */
    Optional<String> split(Region region, List<Key> keys, List<SplitIds.Piece> ids) {
        SplitPlan plan = SplitPlan.of(region, keys, ids);
        if (plan.command() != null) {
            propose(
                    "split",
                    EpochRules.SPLIT,
                    region.id(),
                    EntryType.ADMIN,
                    plan.command().encode());
        } else {
            LOG.info("event=split-refused region={} reason=\"{}\"", region.id(), plan.refusal());
        }
        return reason(plan.refusal());
    }

    private void propose(String what, EpochRules rule, long region, byte type, ByteBuffer payload) {
        if (rule.use().movesVersion() || rule.use().movesConfVersion()) {
            LOG.info("event=propose what={} region={}", what, region);
        }
        host.propose(region, new AdminProposal(what, rule, region, type, payload, clock.nanos() + deadlineNanos));
    }
}
