package dev.cleave.region.raft;

import dev.cleave.engine.base.Invariant;
import dev.cleave.region.raft.RaftMessage.Type;
import org.jspecify.annotations.Nullable;

/** A leader's side of replication: feeds the followers while collecting, takes their answers, counts what is committed. */
final class Replication {
    private final ReplicaState s;
    private final Fetching fetching;

    Replication(ReplicaState state, Fetching fetching) {
        s = state;
        this.fetching = fetching;
    }

    void send(Ready out) {
        if (s.reads.isRoundDue(s.tracker.agreedRound())) {
            beginRound();
        }
        boolean isNewsHeldBack = false;
        for (int i = 0; i < s.tracker.count(); i++) {
            Progress peer = s.tracker.at(i);
            if (peer.id != s.id) {
                feed(peer, out);
                isNewsHeldBack |= hasNews(peer);
            }
        }
        keepNews(isNewsHeldBack);
        timeoutNow(out);
    }

    /** A round of heartbeats: proof of leadership for the reads that came before it. */
    void beginRound() {
        long round = s.reads.beginRound(s.now, s.wallMillis);
        Progress self = s.tracker.find(s.id);
        if (self != null) {
            self.round = round;
        }
        if (s.tracker.count() > 1) {
            for (int i = 0; i < s.tracker.count(); i++) {
                s.tracker.at(i).isHeartbeatDue = true;
            }
        }
        s.isDirty = true;
    }

    private void feed(Progress peer, Ready out) {
        boolean isFed = switch (peer.feed) {
            case PROBE -> !peer.isPaused && probe(peer, out);
            case REPLICATE -> stream(peer, out);
            case SNAPSHOT -> false;
        };
        peer.isProbeDue = false;
        if (peer.isHeartbeatDue || (!isFed && hasNews(peer) && isNewsUrgent(peer))) {
            heartbeat(peer, out);
        }
    }

    /** Whether a follower could know of more to be committed than it has been told. */
    private boolean hasNews(Progress peer) {
        return peer.feed == Progress.Feed.REPLICATE && told(peer) > peer.sentCommit;
    }

    private long told(Progress peer) {
        return Math.min(s.log.commit(), peer.next - 1);
    }

    /**
     * That something is committed can wait for the next append: a follower does nothing with it that anybody waits for, and under load a heartbeat of its own would double
     * the messages. Not so what changes the group itself: members, a split (rule 31).
     */
    private boolean isNewsUrgent(Progress peer) {
        boolean wasOutOfTouch = peer.sentCommit < s.lastSpecial && s.lastSpecial <= told(peer);
        return s.isNewsDue || wasOutOfTouch || s.config.commitNewsNanos() == 0;
    }

    private void keepNews(boolean isHeldBack) {
        s.isNewsDue = false;
        if (!isHeldBack) {
            s.newsDeadline = Long.MAX_VALUE;
        } else if (s.newsDeadline == Long.MAX_VALUE) {
            s.newsDeadline = s.nextNewsNanos();
        }
    }

    private boolean probe(Progress peer, Ready out) {
        if (peer.isBare || peer.next <= s.log.first() - 1) {
            snapshot(peer, out);
            return false;
        }
        return append(peer, !peer.isProbeDue, out);
    }

    private boolean stream(Progress peer, Ready out) {
        if (peer.next <= s.log.first() - 1) {
            peer.probe();
            return probe(peer, out);
        }
        boolean isFed = false;
        while (peer.next <= s.log.last() && !peer.inflights.isFull() && append(peer, true, out)) {
            isFed = true;
        }
        return isFed || (peer.isProbeDue && append(peer, false, out));
    }

    private boolean append(Progress peer, boolean withEntries, Ready out) {
        long previous = peer.next - 1;
        long last = previous;
        long bytes = 0;
        if (withEntries && peer.next <= s.log.last()) {
            last = s.entries.fit(peer.next, s.log.last(), s.config.appendBytesMax());
            if (last == 0) {
                fetching.want(peer.next, s.log.last(), out);
                return false;
            }
            bytes = s.entries.bytes(peer.next, last);
        }
        RaftMessage message = message(Type.APPEND, peer, out);
        message.index = previous;
        message.logTerm = s.log.term(previous);
        message.lastIndex = last;
        message.commit = s.log.commit();
        Invariant.check(message.logTerm >= 0, "an append stands on an entry whose term is known", previous);
        peer.sent(last, bytes, s.log.commit());
        return true;
    }

    private void heartbeat(Progress peer, Ready out) {
        peer.isHeartbeatDue = false;
        RaftMessage message = message(Type.HEARTBEAT, peer, out);
        message.commit = s.log.commit();
        message.token = s.reads.round();
        message.isSleep = s.isSettling;
        if (peer.feed == Progress.Feed.REPLICATE) {
            peer.sentCommit = Math.max(peer.sentCommit, told(peer));
        }
    }

    /** Not to a silent follower, and one at a time (rule 74). */
    private void snapshot(Progress peer, Ready out) {
        if (isRecentlyActive(peer)) {
            peer.snapshot(s.log.applied());
            out.addSnapshot(peer.id);
        }
    }

    private void timeoutNow(Ready out) {
        if (s.transfer.isTimeoutNowDue()) {
            Progress target = s.tracker.find(s.transfer.target());
            if (target != null && target.match == s.log.last()) {
                message(Type.TIMEOUT_NOW, target, out);
                s.transfer.sentTimeoutNow();
            }
        }
    }

    private RaftMessage message(Type type, Progress peer, Ready out) {
        RaftMessage message = out.addNow();
        message.type = type;
        message.from = s.id;
        message.to = peer.id;
        message.term = s.term;
        return message;
    }

    void onAppendReply(RaftMessage reply) {
        Progress peer = heard(reply);
        if (peer == null) {
            return;
        }
        s.isDirty = true;
        if (reply.reject) {
            peer.isBare |= peer.feed == Progress.Feed.PROBE && reply.index == 0 && peer.next == 1;
            long agreement = reply.hintTerm > 0 ? s.log.agreement(reply.hintIndex, reply.hintTerm) : reply.hintIndex;
            peer.rejected(reply.index, agreement);
            return;
        }
        Invariant.check(reply.index <= s.log.last(), "a follower holds no more than its leader", reply.index, peer.id);
        boolean isNews = peer.acknowledged(reply.index);
        if (isNews || (peer.feed == Progress.Feed.PROBE && reply.index == peer.match)) {
            reconnect(peer, reply.index);
        }
        if (isNews) {
            commit();
        }
    }

    /** Any acknowledgement that reconnects a follower to this log ends probing or waiting for a snapshot (rules 45, 72). */
    private void reconnect(Progress peer, long index) {
        switch (peer.feed) {
            case PROBE -> peer.replicate();
            case REPLICATE -> peer.inflights.freeTo(index);
            case SNAPSHOT -> {
                if (peer.match >= s.log.first() - 1) {
                    peer.replicate();
                }
            }
        }
    }

    /** A follower that answers but lags is fed again, even if its window is full (rules 44, 46). */
    void onHeartbeatReply(RaftMessage reply) {
        Progress peer = heard(reply);
        if (peer == null) {
            return;
        }
        if (reply.token <= s.reads.round()) {
            peer.round = Math.max(peer.round, reply.token);
        }
        peer.isPaused = false;
        peer.isProbeDue = peer.match < s.log.last() || peer.feed == Progress.Feed.PROBE;
        s.isDirty = true;
    }

    private @Nullable Progress heard(RaftMessage reply) {
        Progress peer = s.tracker.find(reply.from);
        if (peer != null) {
            peer.heardNanos = s.now;
        }
        return peer;
    }

    /** Own entries became durable: they count from now on (rule 54). */
    void persisted() {
        Progress self = s.tracker.find(s.id);
        if (self != null && self.acknowledged(s.log.stable())) {
            commit();
        }
    }

    /** Only an entry of the own term is committed by counting (rule 25). */
    void commit() {
        long agreed = s.tracker.agreedMatch();
        if (agreed > s.log.commit() && s.log.term(agreed) == s.term) {
            s.log.commitTo(agreed);
            s.uncommitted.committed(agreed);
            s.committed(agreed);
            s.isMembershipKnown |= agreed >= s.witnessIndex;
            s.isDirty = true;
        }
    }

    void reportUnreachable(long to) {
        Progress peer = s.tracker.find(to);
        if (peer != null && peer.feed == Progress.Feed.REPLICATE && !s.isAsleep) {
            peer.probe();
            s.isDirty = true;
        }
    }

    /**
     * Feeding goes on by probing once the follower answers something (rule 73). One that could not take the snapshot is asked first whether it can stand where this
     * log begins: it may have been born by its parent's split meanwhile. If it cannot, its answer leads to the next snapshot.
     */
    void reportSnapshot(long to, boolean ok, long snapshotIndex) {
        Progress peer = s.tracker.find(to);
        if (peer == null || peer.feed != Progress.Feed.SNAPSHOT) {
            return;
        }
        peer.snapshotIndex = ok ? Math.min(snapshotIndex, s.log.last()) : 0;
        peer.floor = peer.snapshotIndex;
        peer.probe();
        if (!ok) {
            peer.next = Math.max(peer.next, s.log.first());
        }
        peer.isPaused = true;
        s.isDirty = true;
    }

    boolean isRecentlyActive(Progress peer) {
        return peer.id == s.id
                || (s.isAsleep && s.liveness.isLive(peer.id))
                || s.now - peer.heardNanos < s.config.electionMaxNanos();
    }
}
