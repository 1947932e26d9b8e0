package dev.cleave.region.raft;

/** A leader's duties besides replication: proposals, reads, its timers, and giving up when its quorum is silent. */
final class Leading {
    private final ReplicaState s;
    private final Roles roles;
    private final Replication replication;
    private final MembershipChanges changes;
    private final Sleep sleep;

    Leading(ReplicaState state, Roles roles, Replication replication, MembershipChanges changes, Sleep sleep) {
        s = state;
        this.roles = roles;
        this.replication = replication;
        this.changes = changes;
        this.sleep = sleep;
    }

    long propose(byte type, int payloadBytes) {
        if (!s.isLeader()) {
            return Raft.NOT_LEADER;
        }
        if (s.transfer.isRunning()) {
            return Raft.TRANSFERRING;
        }
        if (type == EntryType.CONF_CHANGE && !changes.mayPropose()) {
            return Raft.CONF_PENDING;
        }
        if (!s.uncommitted.hasRoom(payloadBytes)) {
            return Raft.BUSY;
        }
        rouse();
        long index = s.log.appendOwn(s.term);
        s.uncommitted.add(payloadBytes);
        s.wrote(type, index);
        if (type == EntryType.CONF_CHANGE) {
            s.pendingConf = index;
        }
        s.isDirty = true;
        return index;
    }

    /** Not before this term has a committed entry: until then the commit index may be old (rule 95). */
    boolean readIndex(long token) {
        if (!s.isLeader() || !s.hasCommittedInTerm()) {
            return false;
        }
        rouse();
        if (!s.reads.add(token, s.log.commit())) {
            return false;
        }
        s.isDirty = true;
        return true;
    }

    boolean transferLeader(long to) {
        if (!s.isLeader() || to == s.id || !s.membership.isIncomingVoter(to)) {
            return false;
        }
        rouse();
        Progress target = s.tracker.find(to);
        if (target == null || !replication.isRecentlyActive(target)) {
            // It would refuse proposals for an election timeout, for nothing, as often as it is asked.
            return false;
        }
        if (s.transfer.target() != to) {
            s.transfer.begin(to, s.now + s.config.electionMinNanos());
            s.isDirty = true;
        }
        return true;
    }

    /** Whoever wants something of a leader keeps it awake. */
    private void rouse() {
        sleep.wake(false);
        sleep.use();
    }

    void onTime() {
        if (s.isAsleep) {
            return;
        }
        if (s.now >= s.quorumDeadline && !hasQuorum()) {
            roles.becomeFollower(s.term, 0);
            return;
        }
        if (s.now >= s.transfer.deadlineNanos()) {
            s.transfer.abort();
            s.isDirty = true;
        }
        if (s.durability.isStalled(s.now, s.config.electionMaxNanos())) {
            changes.resign();
            if (!s.isLeader()) {
                return;
            }
        }
        if (s.now >= s.newsDeadline) {
            s.newsDeadline = Long.MAX_VALUE;
            s.isNewsDue = true;
            s.isDirty = true;
        }
        if (s.now >= s.heartbeatDeadline) {
            s.heartbeatDeadline = s.nextBeatNanos();
            s.transfer.resend();
            changes.leaveJoint();
            changes.witness();
            sleep.settle();
            if (!s.isAsleep) {
                replication.beginRound();
            }
        }
    }

    /** Check-quorum: whether a quorum was heard within the last election timeout. */
    private boolean hasQuorum() {
        s.quorumDeadline = s.now + s.config.electionMinNanos();
        Progress self = s.tracker.find(s.id);
        if (self != null) {
            self.heardNanos = s.now;
        }
        return s.tracker.agreedHeard() >= s.now - s.config.electionMinNanos();
    }

    long nextDeadlineNanos() {
        if (s.isAsleep) {
            return Long.MAX_VALUE;
        }
        long own = Math.min(s.heartbeatDeadline, s.newsDeadline);
        return Math.min(Math.min(own, s.quorumDeadline), s.transfer.deadlineNanos());
    }
}
