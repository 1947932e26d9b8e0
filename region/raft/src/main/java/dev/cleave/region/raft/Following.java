package dev.cleave.region.raft;

import dev.cleave.engine.base.Invariant;
import dev.cleave.region.raft.RaftMessage.Type;

/** What a replica does with the messages of its term's leader. */
final class Following {
    private final ReplicaState s;
    private final Roles roles;
    private final Sleep sleep;

    Following(ReplicaState state, Roles roles, Sleep sleep) {
        s = state;
        this.roles = roles;
        this.sleep = sleep;
    }

    void onAppend(RaftMessage append) {
        hear(append);
        if (s.install.isPending()) {
            return;
        }
        if (!s.isInitialized()) {
            reject(append, 0, 0);
        } else if (append.index < s.log.commit()) {
            acknowledge(s.log.commit());
        } else if (s.log.matches(append.index, append.logTerm)) {
            take(append);
        } else {
            Invariant.check(
                    append.index > s.log.commit(),
                    "a leader holds what is committed here; this log or its is corrupt",
                    append.index,
                    append.logTerm);
            long agreement = s.log.agreement(append.index, append.logTerm);
            reject(append, agreement, Math.max(0, s.log.term(agreement)));
        }
    }

    private void take(RaftMessage append) {
        checkEntries(append);
        long from = s.log.firstNew(append);
        if (from != 0) {
            Invariant.check(from > s.verified, "a leader does not rewrite its log", from, s.verified);
            s.entries.accept(append, from);
            s.log.accept(append, from);
        }
        acknowledge(append.lastIndex);
        s.log.commitTo(Math.min(append.commit, s.verified));
    }

    /** Up to {@code index} the log is that of the leader; the answer is made at the next collect, one for many appends. */
    private void acknowledge(long index) {
        s.verified = Math.max(s.verified, index);
        s.isAckDue = true;
        s.isDirty = true;
    }

    private void reject(RaftMessage append, long hintIndex, long hintTerm) {
        RaftMessage reply = s.outbox.now(Type.APPEND_REPLY, s.id, append.from, s.term);
        reply.reject = true;
        reply.index = append.index;
        reply.hintIndex = hintIndex;
        reply.hintTerm = hintTerm;
        s.isDirty = true;
    }

    /** Commit follows only as far as the log is known to be the leader's (rules 30, 31). */
    void onHeartbeat(RaftMessage heartbeat) {
        hear(heartbeat);
        if (!s.install.isPending()) {
            s.log.commitTo(Math.min(heartbeat.commit, s.verified));
        }
        boolean isAsleep = sleep.agree(heartbeat);
        answer(heartbeat).isSleep = isAsleep;
    }

    /** Alive, and in this term; to a leader of an earlier term this says that it is over (rule 9). */
    RaftMessage answer(RaftMessage heartbeat) {
        RaftMessage reply = s.outbox.now(Type.HEARTBEAT_REPLY, s.id, heartbeat.from, s.term);
        reply.token = heartbeat.type == Type.HEARTBEAT && heartbeat.term == s.term ? heartbeat.token : 0;
        s.isDirty = true;
        return reply;
    }

    void onSnapshot(RaftMessage snapshot) {
        hear(snapshot);
        if (s.install.isPending()) {
            return;
        }
        Invariant.check(
                !contradicts(snapshot),
                "a snapshot agrees with what is committed here; this log or the leader's is corrupt",
                snapshot.index,
                snapshot.logTerm);
        if (s.isInitialized() && snapshot.index <= s.log.commit()) {
            acknowledge(s.log.commit());
        } else if (s.isInitialized() && s.log.matches(snapshot.index, snapshot.logTerm)) {
            acknowledge(snapshot.index);
            s.log.commitTo(snapshot.index);
        } else if (snapshot.membership.contains(s.id)) {
            s.install.accept(snapshot);
            s.isDirty = true;
        }
    }

    /** Another entry where one is committed, or behind what is committed one of an earlier term (rule 71). */
    private boolean contradicts(RaftMessage snapshot) {
        if (!s.isInitialized()) {
            return false;
        }
        long commit = s.log.commit();
        long known = s.log.term(Math.min(snapshot.index, commit));
        return snapshot.index <= commit ? known >= 0 && known != snapshot.logTerm : snapshot.logTerm < known;
    }

    /** A replica of no group becomes part of one: see {@link Raft#initialize}. */
    void initialize(Membership m, long index, long term) {
        Invariant.check(!s.isInitialized() && !s.install.isPending(), "only an uninitialised replica is initialised");
        Invariant.check(!m.isEmpty() && index > 0 && term > 0, "a group starts with voters at a real position", index);
        if (term > s.term) {
            roles.becomeFollower(term, 0);
        }
        s.log.restart(index, term, s.term);
        s.membership = m;
        s.isMembershipKnown = false;
        s.beginElectionTimer();
        s.isDirty = true;
    }

    void installed(long index, long term, Membership membership, long knownCommit) {
        Invariant.check(index == s.install.index(), "the accepted snapshot was installed", index, s.install.index());
        s.install.clear();
        if (s.log.matches(index, term)) {
            // It waited, unborn, with a log: what comes after the snapshot has been acknowledged and still stands
            // (Raft, figure 13, step 6).
            s.log.standAt(index, knownCommit);
        } else {
            s.log.restart(index, term, s.term);
        }
        s.membership = membership;
        s.isMembershipKnown = false;
        s.resetElectionTimer();
        acknowledge(index);
    }

    void refused() {
        s.install.clear();
        s.resetElectionTimer();
        s.isDirty = true;
    }

    private void hear(RaftMessage message) {
        Invariant.check(!s.isLeader(), "a term has one leader", s.term, message.from);
        Invariant.check(s.leader == 0 || s.leader == message.from, "a term has one leader", s.leader, message.from);
        roles.becomeFollower(s.term, message.from);
        if (s.isInitialized() && s.log.lastTerm() == s.term) {
            // Who ends with an entry of this term has it from this leader, and with it everything before.
            s.verified = s.log.last();
        }
        s.promisedTo = message.from;
        s.heardNanos = s.now;
        s.resetElectionTimer();
    }

    private static void checkEntries(RaftMessage append) {
        if (append.lastIndex - append.index != append.entryCount) {
            throw new IllegalArgumentException("this append claims entries " + (append.index + 1) + ".."
                    + append.lastIndex + " but brings " + append.entryCount + "; its sender or the link is broken");
        }
        long term = append.logTerm;
        for (int i = 0; i < append.entryCount; i++) {
            if (append.entryTerms[i] < term || append.entryTerms[i] > append.term) {
                throw new IllegalArgumentException("this append of term " + append.term + " brings an entry of term "
                        + append.entryTerms[i] + " behind one of term " + term + "; its sender or the link is broken");
            }
            term = append.entryTerms[i];
        }
    }
}
