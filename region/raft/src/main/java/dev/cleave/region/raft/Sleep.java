package dev.cleave.region.raft;

import dev.cleave.region.raft.RaftMessage.Type;

/**
 * How an idle group falls asleep and wakes. A leader with nothing left to do says so in its heartbeats, tagged by term and commit; a follower
 * that stands exactly there agrees and sleeps; when all have agreed to the same round the leader sleeps too. Asleep, no timer runs, nothing is
 * sent and no lease is held: {@link Liveness} watches instead. Anything but an echo of the agreement wakes, and who wakes tells its leader
 * (rules 107 to 110).
 */
final class Sleep {
    /** A group with a silent member waits this many times longer than if nobody wanted anything: the member may be back soon, and then is fed at once (rule 109). */
    private static final long PATIENCE = 6;

    private final ReplicaState s;
    private final boolean isOn;

    Sleep(ReplicaState state) {
        s = state;
        isOn = s.config.sleepAfterNanos() > 0 && s.liveness != Liveness.UNWATCHED;
    }

    // ---- falling asleep

    /** Something happened: the leader stays awake for as long as after its election. */
    void disturb() {
        s.disturbedNanos = s.now;
        s.endSettling();
    }

    /** Somebody wants something of the leader. */
    void use() {
        s.isUsed = true;
        disturb();
    }

    /** With each heartbeat: whether this round asks the followers to sleep. A leader of nobody else sleeps at once. */
    void settle() {
        s.endSettling();
        if (!isIdle()) {
            return;
        }
        s.isSettling = true;
        if (s.tracker.count() == 1) {
            fallAsleep();
        }
    }

    /** A follower has answered; when all sleep at the latest round, so does the leader. */
    void onReply(RaftMessage reply) {
        if (!s.isSettling || !reply.isSleep || reply.token != s.reads.round()) {
            return;
        }
        Progress from = s.tracker.find(reply.from);
        if (from != null) {
            from.asleepRound = reply.token;
            if (haveAllAgreed() && isIdle()) {
                fallAsleep();
            }
        }
    }

    private boolean haveAllAgreed() {
        for (int i = 0; i < s.tracker.count(); i++) {
            Progress peer = s.tracker.at(i);
            if (peer.id != s.id && peer.asleepRound != s.reads.round() && s.liveness.isLive(peer.id)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a leader has nothing to do, and nobody whom it would have to wait for. */
    private boolean isIdle() {
        return isOn
                && s.isLeader()
                && s.now - s.disturbedNanos >= s.sleepAfterNanos()
                && !s.membership.isJoint()
                && !s.transfer.isRunning()
                && s.pendingConf <= s.log.applied()
                && s.isMembershipKnown
                && s.hasCommittedInTerm()
                && s.reads.isEmpty()
                && isLogSettled()
                && areMembersSettled();
    }

    private boolean isLogSettled() {
        long last = s.log.last();
        return last == s.log.commit()
                && last == s.log.applied()
                && last == s.log.stable()
                && !s.isFetching
                && !s.install.isPending();
    }

    /** All members hold everything and are heard; or some have been silent for long, and the others are a quorum. */
    private boolean areMembersSettled() {
        boolean isPatient = s.now - s.disturbedNanos < PATIENCE * s.config.unusedSleepNanos();
        for (int i = 0; i < s.tracker.count(); i++) {
            Progress peer = s.tracker.at(i);
            if (peer.id == s.id) {
                continue;
            }
            boolean isLive = s.liveness.isLive(peer.id);
            boolean isSettled = peer.feed == Progress.Feed.REPLICATE && peer.match == s.log.last();
            // The store of a replica that is yet to be born does not beat for it: nobody would tell that it can be
            // reached.
            boolean isUnborn = !peer.isVoter && peer.match == 0;
            if (isLive ? !isSettled : isPatient || isUnborn) {
                return false;
            }
        }
        return isQuorumLive();
    }

    private boolean isQuorumLive() {
        int voters = 0;
        int live = 0;
        for (int i = 0; i < s.tracker.count(); i++) {
            Progress peer = s.tracker.at(i);
            if (peer.isVoter) {
                voters++;
                live += peer.id == s.id || s.liveness.isLive(peer.id) ? 1 : 0;
            }
        }
        return live > voters / 2;
    }

    /** Whether a follower may sleep when asked to by {@code heartbeat}: it stands exactly where the leader says, with nothing to do. */
    boolean agree(RaftMessage heartbeat) {
        boolean isAgreed = maySleepBy(heartbeat);
        if (isAgreed) {
            s.isAsleep = true;
            s.isMembershipKnown = true;
            s.sleepToken = heartbeat.token;
            s.trim();
        }
        return isAgreed;
    }

    private boolean maySleepBy(RaftMessage heartbeat) {
        return isOn
                && heartbeat.isSleep
                && heartbeat.commit == s.log.last()
                && s.role == Role.FOLLOWER
                && s.isInitialized()
                && !s.membership.isJoint()
                && isLogSettled()
                && s.verified == s.log.last()
                && !s.isAckDue
                && s.hurryUntil == Long.MIN_VALUE
                && s.liveness.isLive(s.leader);
    }

    private void fallAsleep() {
        s.endSettling();
        s.isAsleep = true;
        s.isUsed = false;
        s.isDirty = true;
        s.trim();
    }

    // ---- waking

    /** Before a message is taken: whatever is no echo of the agreement wakes. */
    void hear(RaftMessage m) {
        if (s.isAsleep) {
            if (!isEcho(m)) {
                wake(isNewsOfLeader(m));
            }
        } else if (s.isLeader() && m.type != Type.HEARTBEAT_REPLY) {
            disturb();
        }
    }

    /** A leader hears an answer again or late; a follower hears a heartbeat from before, or that it may go on sleeping. */
    private boolean isEcho(RaftMessage m) {
        if (m.term != s.term) {
            return false;
        }
        if (s.isLeader()) {
            return m.type == Type.HEARTBEAT_REPLY && m.token > 0 && (m.isSleep || m.token < s.reads.round());
        }
        boolean isHeartbeat = m.type == Type.HEARTBEAT && m.from == s.leader && m.commit <= s.log.commit();
        return isHeartbeat && (m.token <= s.sleepToken || maySleepBy(m));
    }

    /** Whether the leader must have been awake after we agreed: it need not be told that we woke. */
    private boolean isNewsOfLeader(RaftMessage m) {
        return m.from == s.leader
                && m.term == s.term
                && ((m.type == Type.HEARTBEAT && m.token > s.sleepToken)
                        || (m.type == Type.APPEND && m.lastIndex > s.log.last()));
    }

    /** The host has heard, or no longer hears, another host. */
    void livenessChanged() {
        if (s.isAsleep && (s.isLeader() ? !isQuorumLive() : !s.liveness.isLive(s.leader))) {
            wake(false);
        }
    }

    /** {@code doesLeaderKnow}: it is the leader who woke us. */
    void wake(boolean doesLeaderKnow) {
        if (!s.isAsleep) {
            return;
        }
        s.isAsleep = false;
        s.isDirty = true;
        if (s.isLeader()) {
            wakeLeader();
        } else if (s.liveness.isLive(s.leader)) {
            s.heardNanos = s.now;
            s.resetElectionTimer();
            if (!doesLeaderKnow) {
                s.outbox.now(Type.WAKE, s.id, s.leader, s.term);
            }
        } else {
            // It has been silent for longer than a promise holds.
            long promised = s.heardNanos + s.config.electionMinNanos();
            s.electionDeadline = Math.max(s.now, promised) + turnNanos();
        }
    }

    /**
     * Those who are left wake at the same time. They stand one after the other, or they would take each other's votes, and wait for another time-out; who is first differs from
     * group to group. It is an order of timers alone: whose log is shorter is refused as ever, and the next one's turn comes.
     */
    private long turnNanos() {
        long sum = 0;
        int left = 0;
        int own = 0;
        for (long voter : s.membership.voters()) {
            sum += voter;
            boolean isSelf = voter == s.id;
            if (isSelf || (voter != s.leader && s.liveness.isLive(voter))) {
                own = isSelf ? left : own;
                left++;
            }
        }
        int first = (int) Long.remainderUnsigned(scattered(sum), Math.max(1, left));
        int turn = Math.floorMod(own - first, Math.max(1, left));
        long spread = s.config.electionMaxNanos() - s.config.electionMinNanos();
        // Not at once: the others may notice the silence a moment later, and until then they keep their promise.
        return turn * (spread / 2) + s.random.between(spread / 16, spread / 8);
    }

    /** Ids of neighbouring regions differ by little, and always by the same. */
    private static long scattered(long number) {
        long z = number * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 32)) * 0xD6E8FEB86659FD93L;
        return z ^ (z >>> 32);
    }

    /** Its members were heard by their hosts' beats until now, but a quorum must answer anew before the next check, or before a lease. */
    private void wakeLeader() {
        disturb();
        s.heartbeatDeadline = s.nextBeatNanos();
        s.quorumDeadline = s.now + s.config.electionMinNanos();
        for (int i = 0; i < s.tracker.count(); i++) {
            Progress peer = s.tracker.at(i);
            if (s.liveness.isLive(peer.id)) {
                peer.heardNanos = Math.max(peer.heardNanos, s.now - s.config.electionMinNanos() - 1);
            }
        }
        s.reads.wantRound();
    }
}
