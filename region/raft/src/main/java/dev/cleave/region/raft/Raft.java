package dev.cleave.region.raft;

import dev.cleave.engine.base.Randomness;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * One replica of one Raft group, sans I/O: inputs are method calls, outputs come out of {@link #collect}. No clock, no
 * thread, no logger; it allocates nothing per entry or step in steady state. Owned by the thread that drives the group.
 *
 * <p>The core knows entries by (index, term) only; their bytes are the host's, behind {@link EntryStore}. Time is handed
 * in and may stand anywhere within ±2^61 ns. After a start a replica of a group first replays its log up to the stored
 * commit index, deaf to messages and timers, and neither votes nor is made to campaign for one minimum election timeout (an
 * earlier life may have promised). One that was never here before has no such pause, unless its host asks for one
 * ({@link #promiseUntil}).
 *
 * <p>{@link #applyConf} returns the membership that holds after it: unchanged if the change is illegal from here, so that
 * a repeated leave is neutral. After stepping a SNAPSHOT, {@link #installing} says whether it was accepted.
 */
public final class Raft {
    /** Answers of {@link #propose}: */
    public static final long NOT_LEADER = -1;

    /** Leadership is being handed over; soon another replica leads. */
    public static final long TRANSFERRING = -2;
    /** Too many uncommitted bytes. */
    public static final long BUSY = -3;
    /** A configuration change may be under way, or this term has not committed yet. */
    public static final long CONF_PENDING = -4;

    final ReplicaState s;
    private final Roles roles;
    private final Elections elections;
    private final Following following;
    private final Fetching fetching;
    private final Replication replication;
    private final MembershipChanges changes;
    private final Leading leading;
    private final Sleep sleep;
    private final Collector collector;
    private final Lease lease;

    public Raft(
            RaftConfig config,
            long replicaId,
            Restored restored,
            EntryStore entries,
            Randomness random,
            long nowNanos) {
        this(config, replicaId, restored, entries, random, Liveness.UNWATCHED, nowNanos);
    }

    /** {@code liveness} watches over the members; without it the group never sleeps. */
    public Raft(
            RaftConfig config,
            long replicaId,
            Restored restored,
            EntryStore entries,
            Randomness random,
            Liveness liveness,
            long nowNanos) {
        s = new ReplicaState(config, replicaId, restored, entries, random, liveness, nowNanos);
        roles = new Roles(s);
        elections = new Elections(s, roles);
        fetching = new Fetching(s);
        replication = new Replication(s, fetching);
        sleep = new Sleep(s);
        following = new Following(s, roles, sleep);
        changes = new MembershipChanges(s, roles, replication);
        leading = new Leading(s, roles, replication, changes, sleep);
        collector = new Collector(s, elections, replication, fetching);
        lease = new Lease(s);
    }

    /**
     * What the wall clock shows, told before anything that may begin a heartbeat round. Nothing is decided by it: it comes out again as
     * {@link #leaseSentWallMillis}.
     */
    public void atWall(long wallMillis) {
        s.wallMillis = wallMillis;
    }

    /** No vote and no forced campaign before {@code nanos}: in an earlier life of the host, this replica may have promised (rule 102). */
    public void promiseUntil(long nanos) {
        s.voteBarrier = Math.max(s.voteBarrier, nanos);
    }

    /**
     * Takes a message from a peer. The message is not kept. {@code now} must have been read after the message came in: the promise to its
     * sender counts from there.
     */
    public void step(RaftMessage m, long now) {
        s.at(now);
        if (s.isReplaying || m.to != s.id || m.from == s.id) {
            return;
        }
        sleep.hear(m);
        boolean isRequest = m.type == RaftMessage.Type.VOTE || m.type == RaftMessage.Type.PRE_VOTE;
        if (m.term < s.term) {
            stepEarlier(m, isRequest);
            return;
        }
        if (isRequest && elections.mustIgnore(m)) {
            return;
        }
        if (m.term > s.term && !isPreVote(m)) {
            roles.becomeFollower(m.term, isFromLeader(m) ? m.from : 0);
        }
        dispatch(m);
    }

    /** A pre-vote, or its grant, speaks of a term that nobody has entered (rule 5). */
    private static boolean isPreVote(RaftMessage m) {
        return m.type == RaftMessage.Type.PRE_VOTE || (m.type == RaftMessage.Type.PRE_VOTE_REPLY && !m.reject);
    }

    private static boolean isFromLeader(RaftMessage m) {
        return m.type == RaftMessage.Type.APPEND
                || m.type == RaftMessage.Type.HEARTBEAT
                || m.type == RaftMessage.Type.SNAPSHOT;
    }

    /**
     * Whoever asks or leads in an earlier term is told ours, or it would be stuck there (rules 8, 9). A refused vote tells
     * what is committed, and that does not age (rule 13).
     */
    private void stepEarlier(RaftMessage m, boolean isRequest) {
        if (isRequest) {
            elections.reject(m);
        } else if (isFromLeader(m)) {
            following.answer(m);
        } else if (m.reject && (m.type == RaftMessage.Type.PRE_VOTE_REPLY || m.type == RaftMessage.Type.VOTE_REPLY)) {
            elections.learnCommit(m);
        }
    }

    private void dispatch(RaftMessage m) {
        switch (m.type) {
            case PRE_VOTE, VOTE -> elections.onRequest(m);
            case PRE_VOTE_REPLY, VOTE_REPLY -> elections.onReply(m);
            case APPEND -> following.onAppend(m);
            case HEARTBEAT -> following.onHeartbeat(m);
            case SNAPSHOT -> following.onSnapshot(m);
            case APPEND_REPLY -> {
                if (s.isLeader()) {
                    replication.onAppendReply(m);
                }
            }
            case HEARTBEAT_REPLY -> {
                if (s.isLeader()) {
                    replication.onHeartbeatReply(m);
                    sleep.onReply(m);
                }
            }
            case TIMEOUT_NOW -> elections.onTimeoutNow();
            case WAKE -> {}
        }
    }

    /** To be called at {@link #nextDeadlineNanos}; earlier or later does no harm. */
    public void onTime(long now) {
        s.at(now);
        if (s.isReplaying) {
            return;
        }
        if (s.isLeader()) {
            leading.onTime();
        } else {
            elections.onTime();
        }
    }

    /** When {@link #onTime} is due; {@code Long.MAX_VALUE} if no timer runs. Moves with each input. */
    public long nextDeadlineNanos() {
        if (s.isReplaying) {
            return Long.MAX_VALUE;
        }
        if (s.isLeader()) {
            return leading.nextDeadlineNanos();
        }
        return s.hasElectionTimer() ? s.electionDeadline : Long.MAX_VALUE;
    }

    /** The index of a new entry of this term, whose payload the host stores before the next call; or why not (negative). */
    public long propose(byte type, int payloadBytes, long now) {
        s.at(now);
        return leading.propose(type, payloadBytes);
    }

    /**
     * Asks for a linearizable read. True: {@code token} comes out of a later collect with the index to wait for, or never
     * if leadership ends first ({@link Ready#roleChanged}). False: not leader, nothing of this term committed yet, or full.
     */
    public boolean readIndex(long token, long now) {
        s.at(now);
        return leading.readIndex(token);
    }

    /** Hands leadership to voter {@code to}; false if not leader, or {@code to} is no other incoming voter or silent. */
    public boolean transferLeader(long to, long now) {
        s.at(now);
        return leading.transferLeader(to);
    }

    /**
     * Campaigns now, unless a leader was heard within the minimum election timeout or something else forbids it. Forced
     * means without a pre-vote, for a fresh split child.
     */
    public void campaign(boolean force, long now) {
        s.at(now);
        if (!s.isLeader()) {
            sleep.wake(false);
            elections.campaign(force);
        }
    }

    /** The leader's process is known to have ended: it holds no lease, and the promise to it is void. Term and timer stay. */
    public void forgetLeader(long now) {
        s.at(now);
        elections.forgetLeader();
    }

    /** The link to {@code to} broke: what was sent is likely lost. */
    public void reportUnreachable(long to) {
        replication.reportUnreachable(to);
    }

    /** What {@link Liveness} says has changed: a sleeping follower of a silent leader wakes, and a leader whose quorum is silent. */
    public void livenessChanged(long now) {
        s.at(now);
        sleep.livenessChanged();
    }

    /** Wakes this replica, and through it the group; it does not sleep again before it has been idle anew. */
    public void wake(long now) {
        s.at(now);
        sleep.wake(false);
    }

    /** The host's disk is stuck: whoever leads here hands over to the voter that holds most, if there is one (rule 22). */
    public void resign(long now) {
        s.at(now);
        if (s.isLeader() && !s.isAsleep) {
            changes.resign();
        }
    }

    /** Somebody has read by the lease, of which the core sees nothing else: the group is not idle. */
    public void leaseUsed(long now) {
        s.at(now);
        if (s.isLeader() && !s.isAsleep) {
            sleep.use();
        }
    }

    /** The answer to {@link Ready#snapshotTo}; must come within a deadline of the host, or that follower starves. */
    public void reportSnapshot(long to, boolean ok, long snapshotIndex) {
        replication.reportSnapshot(to, ok, snapshotIndex);
    }

    /** A batch was forced; batches of a group in order. Marks and hard state are those of its {@link Ready}. */
    public void persisted(long markTerm, long markIndex, long hardTerm, long hardVote) {
        s.durability.persisted(hardTerm, hardVote);
        s.durability.forceEnds(s.now);
        s.isDirty |= s.log.persisted(markTerm, markIndex);
        if (s.isLeader()) {
            replication.persisted();
        } else {
            elections.persisted();
        }
    }

    /** Everything up to {@code index} is applied. */
    public void applied(long index) {
        if (!s.log.appliedTo(index)) {
            return;
        }
        s.isDirty = true;
        if (s.isReplaying && index >= s.replayUntil) {
            s.isReplaying = false;
            s.beginElectionTimer();
        }
        changes.leaveJoint();
        changes.witness();
    }

    /** For each configuration entry, in order, before its index is reported applied; null if the host rejected it. */
    public Membership applyConf(long index, @Nullable ConfChange changeOrNullIfRejected) {
        return changes.apply(index, changeOrNullIfRejected);
    }

    /** Unsafe: acts from now on as if {@code lost} were no members, and may then {@link #campaign}; false if it must not ({@link MembershipChanges#force}). */
    public boolean recoverWithout(Collection<Long> lost, long now) {
        s.at(now);
        return !s.isReplaying && changes.force(lost);
    }

    /** For an entry that names the membership itself, in order, before its index is reported applied. */
    public void restate(long index, Membership next) {
        changes.restate(index, next);
    }

    /**
     * The snapshot announced by {@link Ready#installIndex} is durably installed. Ranges handed out before are void now. The log begins
     * behind it, or stays, if it holds that very entry, and counts as committed as far as this replica ever knew it to be.
     */
    public void snapshotInstalled(long index, long term, Membership m, long knownCommit) {
        following.installed(index, term, m, knownCommit);
    }

    /** The announced snapshot was not installed; the replica is as before. */
    public void snapshotRefused() {
        following.refused();
    }

    /** The answer to {@link Ready#fetchFirst}: what was read, in memory until the next collect at least; (0, 0) = nothing. */
    public void fetched(long first, long last) {
        fetching.fetched();
    }

    /** The host dropped entries up to and including {@code index}, all applied. */
    public void compacted(long index, long term) {
        s.log.compactTo(index, term);
    }

    /** An uninitialised replica becomes part of a group: its log starts empty at (index, term), all of it applied. */
    public void initialize(Membership m, long index, long term) {
        following.initialize(m, index, term);
    }

    /** A sleeping replica that its host will not look at before something happens lets go of what it holds for being awake. */
    public void rest() {
        if (s.isAsleep) {
            s.trim();
        }
    }

    /** Fills {@code out} with what is to be done; afterwards nothing of it is said again. */
    public void collect(Ready out, long now) {
        s.at(now);
        collector.collect(out);
    }

    /** Whether something happened since the last collect. */
    public boolean hasReady() {
        return s.isDirty || !s.outbox.isEmpty();
    }

    public long id() {
        return s.id;
    }

    public Role role() {
        return s.role;
    }

    public long term() {
        return s.term;
    }

    /** Whether it has been told to take over and waits for what is committed to be applied. */
    public boolean isHandOverWaiting() {
        return s.hurryUntil != Long.MIN_VALUE;
    }

    /** 0 = none in this term. */
    public long vote() {
        return s.vote;
    }

    /** 0 = unknown. */
    public long leader() {
        return s.leader;
    }

    public long commit() {
        return s.log.commit();
    }

    public long applied() {
        return s.log.applied();
    }

    public long firstIndex() {
        return s.log.first();
    }

    public long lastIndex() {
        return s.log.last();
    }

    public long stableIndex() {
        return s.log.stable();
    }

    /** The term at {@code index}, which lies in {@code firstIndex - 1 .. lastIndex}; -1 outside. */
    public long termAt(long index) {
        return s.log.term(index);
    }

    public Membership membership() {
        return s.membership;
    }

    /**
     * Whether a quorum of {@link #membership} is known to know durably that it is the membership. Until then whoever was removed may still be needed: the others may hold the
     * change without knowing that it is committed, and be too few. True once the leader has committed an entry of after the change, and on a follower once asked to sleep.
     */
    public boolean isMembershipKnown() {
        return s.isMembershipKnown;
    }

    /** What a leader knows {@code replica} to hold durably; 0 = never heard of, or not leading. */
    public long match(long replica) {
        Progress peer = s.tracker.find(replica);
        return peer == null ? 0 : peer.match;
    }

    /** Whether a leader heard {@code replica} within one maximum election timeout. */
    public boolean isRecentlyActive(long replica) {
        Progress peer = s.tracker.find(replica);
        return peer != null && replication.isRecentlyActive(peer);
    }

    /** Whether a leader can feed {@code replica} by a snapshot only, but has not asked for it yet. */
    public boolean needsSnapshot(long replica) {
        Progress peer = s.tracker.find(replica);
        return peer != null && peer.feed != Progress.Feed.SNAPSHOT && (peer.isBare || peer.next < s.log.first());
    }

    /** Whether a leader waits for {@link #reportSnapshot} of {@code replica}. */
    public boolean snapshotting(long replica) {
        Progress peer = s.tracker.find(replica);
        return peer != null && peer.feed == Progress.Feed.SNAPSHOT;
    }

    /** Whether the log is replayed to the stored commit: no message, timer, proposal or read is taken. */
    public boolean isReplaying() {
        return s.isReplaying;
    }

    /** Whether no timer runs here until something wakes it. A sleeping leader still leads, but holds no lease. */
    public boolean isAsleep() {
        return s.isAsleep;
    }

    public boolean isTransferring() {
        return s.transfer.isRunning();
    }

    /** Whether a hand-over of this leadership may still fire, however late: then it holds no lease any more. */
    public boolean hasSentTimeoutNow() {
        return s.isLeader() && s.transfer.hasSentTimeoutNow();
    }

    /**
     * When the latest heartbeat round that a quorum confirmed was <em>sent</em>; a lease counts from there.
     * {@code Long.MIN_VALUE} if not leading, if none was confirmed, or long ago; and from the moment the group is asked to sleep until a round
     * begun after it woke is confirmed.
     */
    public long quorumContactNanos() {
        return lease.contactNanos();
    }

    /**
     * When the lease of this leader ends: until then, by its own clock and if the wall clock agrees, no other replica leads or has committed
     * anything, and what is applied here covers all that was acknowledged. {@code Long.MIN_VALUE} if it holds none; asked again after every
     * input, since it may also end early. Whoever was told must hear of an early end before anything collected since is sent.
     */
    public long leaseEndNanos() {
        return lease.endNanos();
    }

    /** What the wall clock showed when the round was sent that the lease counts from. */
    public long leaseSentWallMillis() {
        return lease.sentWallMillis();
    }

    /** The last entry that none of the replicas, learners included, needs of this log any more; own stable index without any other; 0 if not leading. */
    public long leastSpared() {
        return s.isLeader() ? s.tracker.lowestSpared(s.log.stable()) : 0;
    }

    /** Whether a leader holds a configuration entry (or, newly elected, any entry) that is not applied yet. */
    public boolean hasPendingConf() {
        return changes.isPending();
    }

    public boolean isInitialized() {
        return s.isInitialized();
    }

    /** Index of the snapshot being installed, 0 = none. */
    public long installing() {
        return s.install.index();
    }
}
