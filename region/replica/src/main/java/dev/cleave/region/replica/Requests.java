package dev.cleave.region.replica;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.log.RaftLogStore;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.raft.EntryType;
import dev.cleave.region.raft.Raft;
import dev.cleave.region.raft.Role;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is asked of groups: to append, to read, to hand over or take leadership. Refused at once if it cannot be. */
@OwnedBy("replica agent")
final class Requests {
    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);
    private static final int CAMPAIGNS = 5;
    /** Each further attempt is given twice the time: where a vote takes as long, the next one would undo it. */
    private static final long CAMPAIGN_PAUSE_NANOS = 100_000_000L;

    private final RaftLogStore log;
    private final GroupTable groups;

    Requests(RaftLogStore log, GroupTable groups) {
        this.log = log;
        this.groups = groups;
    }

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
        if (proposal.type() == EntryType.COMMAND && isTooFullFor(proposal)) {
            proposal.refused(Refusal.DISK_FULL, group.raft.leader(), group.leaderStore());
            return;
        }
        if (group.changes.keepsWaiting(proposal)) {
            return;
        }
        long index = group.raft.propose(proposal.type(), proposal.payload().remaining(), now);
        groups.enqueue(group);
        if (index <= 0) {
            proposal.refused(refusal(index), group.raft.leader(), group.leaderStore());
            return;
        }
        group.tail.append(index, group.raft.term(), proposal.type(), proposal.payload());
        group.proposals.add(index, group.raft.term(), proposal);
        group.changes.appended(index, proposal.epochUse());
        if (group.timedIndex == 0) {
            group.timedIndex = index;
            group.timedNanos = now;
        }
    }

    private boolean isTooFullFor(Proposal proposal) {
        return log.isDiskFull() && (log.isOutOfSpace() || !proposal.freesSpace());
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
        if (group == null || !group.isRunning()) {
            return;
        }
        if (group.raft.transferLeader(toReplica, now)) {
            LOG.info("event=transfer-leader region={} to-replica={} term={}", id, toReplica, group.raft.term());
        }
        // Refused or not, it has woken whoever slept.
        groups.enqueue(group);
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

    void recoverWithout(long id, long replicaId, Collection<Long> lost, long now) {
        Group group = groups.get(id, replicaId);
        if (group != null && group.state() == Group.State.RUNNING && group.raft.recoverWithout(lost, now)) {
            group.raft.campaign(true, now);
            LOG.warn(
                    "event=recovers-without region={} replica={} lost={} term={}",
                    id,
                    replicaId,
                    lost,
                    group.raft.term());
            groups.enqueue(group);
        }
    }

    void campaignAgain(Group group, long now) {
        boolean isSettled = group.raft.leader() != 0;
        group.campaignsLeft = isSettled ? 0 : group.campaignsLeft - 1;
        group.nextCampaignNanos = now + (CAMPAIGN_PAUSE_NANOS << (CAMPAIGNS - 1 - group.campaignsLeft));
        if (!isSettled) {
            group.raft.campaign(true, now);
            groups.enqueue(group);
        }
    }
}
