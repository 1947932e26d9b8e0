package dev.cleave.region.raft;

import dev.cleave.engine.base.Invariant;
import dev.cleave.region.raft.RaftMessage.Type;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Changes of the configuration, which take effect at apply. Three guards make that safe (rule 82): a leader proposes a
 * change only when every earlier one is applied here and its own term has committed; nobody campaigns with committed but
 * unapplied entries; and an append that carries a change also carries a commit index that covers every earlier one, so that
 * whoever holds the later change durably knows the earlier to be committed.
 */
final class MembershipChanges {
    private static final byte[] LEAVE = ConfChange.leaveJoint().encode();

    private final ReplicaState s;
    private final Roles roles;
    private final Replication replication;

    MembershipChanges(ReplicaState state, Roles roles, Replication replication) {
        s = state;
        this.roles = roles;
        this.replication = replication;
    }

    boolean isPending() {
        return s.isLeader() && s.pendingConf > s.log.applied();
    }

    boolean mayPropose() {
        return !isPending() && s.hasCommittedInTerm() && !(s.membership.isJoint() && s.membership.autoLeave());
    }

    /** An illegal change is neutral, on every replica alike (rule 83): a second leave after a fail-over, for one. */
    Membership apply(long index, @Nullable ConfChange change) {
        Invariant.check(
                index > s.log.applied() && index <= s.log.handed(),
                "a change takes effect when its entry is applied",
                index,
                s.log.applied());
        if (change != null) {
            Membership next = after(change);
            if (!next.equals(s.membership)) {
                become(next);
            }
        }
        return s.membership;
    }

    /** What an entry says takes the place of what is; one that recovery had forced upon this replica included. */
    void restate(long index, Membership next) {
        Invariant.check(
                index > s.log.applied() && index <= s.log.handed(),
                "a change takes effect when its entry is applied",
                index,
                s.log.applied());
        if (!next.equals(s.membership)) {
            become(next);
        }
    }

    /**
     * Unsafe, and for the case alone that a majority is lost for good: the replicas {@code lost} are taken for no members any more. Nobody has agreed to it and nothing of
     * it is written: after a restart it must be said again. It is over once an entry restates the membership. False, and nothing changes, if this replica leads or
     * would not vote then, and if it hears a leader: whoever leads proves that a majority is there.
     */
    boolean force(Collection<Long> lost) {
        boolean hearsLeader = s.isPromised() || (s.isAsleep && s.leader != 0 && s.liveness.isLive(s.leader));
        if (hearsLeader || !s.membership.isVoter(s.id) || lost.contains(s.id)) {
            return false;
        }
        Membership left = s.membership.without(lost);
        if (!left.equals(s.membership)) {
            become(left);
        }
        return true;
    }

    private Membership after(ConfChange change) {
        try {
            return s.membership.apply(change);
        } catch (IllegalArgumentException illegal) {
            return s.membership;
        }
    }

    private void become(Membership next) {
        s.membership = next;
        s.isMembershipKnown = false;
        s.isDirty = true;
        if (!s.isLeader()) {
            s.resetElectionTimer();
            return;
        }
        s.witnessIndex = s.log.last() + 1;
        s.tracker.follow(next, s.log.last() + 1, s.now);
        if (!next.isVoter(s.id)) {
            stepDown();
            return;
        }
        if (s.transfer.isRunning() && !next.isVoter(s.transfer.target())) {
            s.transfer.abort();
        }
        replication.commit();
    }

    /** A leader that was removed or demoted asks the best voter to take over at once (rules 87, 88). */
    private void stepDown() {
        stepDownFor(heir());
    }

    /** A leader whose disk is stuck answers nobody, but its heartbeats would keep it in office: the best voter takes over (rule 22). */
    void resign() {
        Progress heir = heir();
        if (heir != null) {
            stepDownFor(heir);
        }
    }

    private void stepDownFor(@Nullable Progress heir) {
        if (heir != null) {
            s.outbox.now(Type.TIMEOUT_NOW, s.id, heir.id, s.term);
        }
        roles.becomeFollower(s.term, 0);
    }

    /**
     * Leaves a joint configuration, by whoever leads, as often as it takes (rule 86). A leader that the new configuration
     * drops hands over first and does not leave itself.
     */
    void leaveJoint() {
        if (!s.isLeader()
                || !s.membership.isJoint()
                || !s.membership.autoLeave()
                || isPending()
                || !s.hasCommittedInTerm()
                || s.transfer.isRunning()) {
            return;
        }
        if (s.membership.isIncomingVoter(s.id)) {
            s.pendingConf = roles.write(EntryType.CONF_CHANGE, LEAVE);
        } else if (s.now >= s.handOverNext) {
            handOver();
        }
    }

    /**
     * A leader whose change has taken effect appends an entry behind it, unless one is there: the append that carries it tells that the change is committed, so that
     * whoever holds it durably knows that, too. When it is committed, a quorum knows, and those who were removed are needed by nobody (rule 23).
     */
    void witness() {
        boolean isDue = s.isLeader() && !s.isMembershipKnown && s.log.last() < s.witnessIndex;
        if (isDue && s.hasCommittedInTerm() && !s.transfer.isRunning()) {
            roles.writeWitness();
        }
    }

    private void handOver() {
        Progress heir = heir();
        if (heir != null) {
            s.handOverNext = s.now + 2 * s.config.electionMinNanos();
            s.transfer.begin(heir.id, s.now + s.config.electionMinNanos());
            s.isDirty = true;
        }
    }

    /** The incoming voter that is alive and holds most. */
    private @Nullable Progress heir() {
        Progress best = null;
        for (int i = 0; i < s.tracker.count(); i++) {
            Progress peer = s.tracker.at(i);
            if (peer.id != s.id
                    && peer.isVoter
                    && peer.match > 0
                    && replication.isRecentlyActive(peer)
                    && (best == null || peer.match > best.match)) {
                best = peer;
            }
        }
        return best;
    }
}
