package dev.cleave.region.raft;

import dev.cleave.engine.base.Invariant;

/** The steps between roles. Every change of role, term or known leader happens here. */
final class Roles {
    private static final byte[] NO_PAYLOAD = {};

    private final ReplicaState s;

    Roles(ReplicaState state) {
        s = state;
    }

    /** Follows {@code leader} (0 = unknown) in {@code term}. The log stays as it is (rule 41). */
    void becomeFollower(long term, long leader) {
        boolean isSame = s.role == Role.FOLLOWER && s.term == term;
        if (isSame && s.leader == leader) {
            return;
        }
        Invariant.check(term >= s.term, "a term never falls", term, s.term);
        if (!isSame) {
            newTerm(term);
            become(Role.FOLLOWER);
            s.resetElectionTimer();
        }
        setLeader(leader);
    }

    /** Neither term nor vote changes; the leader is forgotten (rules 5, 6). */
    void becomePreCandidate() {
        Invariant.check(!s.isLeader(), "a leader does not campaign");
        s.votes.clear();
        s.isAckDue = false;
        become(Role.PRE_CANDIDATE);
        setLeader(0);
        s.resetElectionTimer();
    }

    void becomeCandidate() {
        Invariant.check(!s.isLeader(), "a leader does not campaign");
        newTerm(s.term + 1);
        s.vote = s.id;
        become(Role.CANDIDATE);
        setLeader(0);
        s.resetElectionTimer();
    }

    /** Rules 26, 39, 81: all progress starts anew, any entry may be a configuration, and the first own entry is a no-op. */
    void becomeLeader() {
        Invariant.check(s.role == Role.CANDIDATE, "only a candidate becomes leader");
        become(Role.LEADER);
        setLeader(s.id);
        long last = s.log.last();
        s.tracker.clear();
        s.tracker.follow(s.membership, last + 1, Progress.NEVER);
        s.pendingConf = last;
        s.firstSpecial = 0;
        s.uncommitted.reset(last + 1);
        s.transfer.newLeadership();
        s.handOverNext = s.now;
        s.heartbeatDeadline = s.nextBeatNanos();
        s.disturbedNanos = s.now;
        s.isUsed = false;
        s.quorumDeadline = s.now + s.config.electionMinNanos();
        s.witnessIndex = last + 1;
        write(EntryType.NOOP, NO_PAYLOAD);
        Progress self = s.tracker.find(s.id);
        if (self != null) {
            self.match = s.log.stable();
            self.next = s.log.last() + 1;
        }
    }

    /** An entry of the core's own. */
    long write(byte type, byte[] payload) {
        long index = append(type, payload);
        s.wrote(type, index);
        return index;
    }

    /** A no-op that changes nothing, not even whether there is a lease. */
    void writeWitness() {
        append(EntryType.NOOP, NO_PAYLOAD);
    }

    private long append(byte type, byte[] payload) {
        long index = s.log.last() + 1;
        s.entries.create(index, s.term, type, payload);
        s.log.appendOwn(s.term);
        s.uncommitted.add(0);
        s.isDirty = true;
        return index;
    }

    private void newTerm(long term) {
        if (term != s.term) {
            s.term = term;
            s.vote = 0;
            s.verified = 0;
            s.isRoleChanged = true;
        }
        s.isAckDue = false;
        s.hurryUntil = Long.MIN_VALUE;
        s.votes.clear();
        s.isDirty = true;
    }

    private void become(Role next) {
        if (s.role == next) {
            return;
        }
        if (s.role == Role.LEADER) {
            s.tracker.clear();
            s.reads.clear();
            s.transfer.abort();
            s.uncommitted.reset(0);
            s.pendingConf = 0;
            s.endSettling();
        }
        s.isAsleep = false;
        s.role = next;
        s.isRoleChanged = true;
        s.isDirty = true;
    }

    private void setLeader(long leader) {
        if (s.leader != leader) {
            s.leader = leader;
            s.isRoleChanged = true;
            s.isDirty = true;
        }
    }
}
