package dev.cleave.region.raft;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.Randomness;
import org.jspecify.annotations.Nullable;

/** What one replica knows, shared by the parts of its core. Owned by {@link Raft}; plain fields, no decisions. */
final class ReplicaState {
    final RaftConfig config;
    final long id;
    final EntryStore entries;
    final Randomness random;
    final Liveness liveness;
    final RaftLog log;
    final Durability durability;
    final Outbox outbox = new Outbox();
    final Votes votes = new Votes();
    final Install install = new Install();
    final Tracker tracker;
    final Reads reads = new Reads();
    final Transfer transfer = new Transfer();
    final UncommittedBytes uncommitted;

    Membership membership;
    /** Whether a quorum of the members durably knows that they are the members. What is true once stays so until these change. */
    boolean isMembershipKnown;

    Role role = Role.FOLLOWER;
    long term;
    long vote;
    /** 0 = unknown. */
    long leader;

    /** The latest moment told by the host; time never goes back. */
    long now;
    /** The wall time told last; nothing but the lease looks at it. */
    long wallMillis;
    /** The leader last heard, in whatever term, and when. */
    long promisedTo;

    long heardNanos;

    long electionDeadline;
    /** After a start no vote before this moment: an earlier life may have promised (rule 102). */
    long voteBarrier = Long.MIN_VALUE;
    /** A start replays up to here before it takes part (0 = took part long since). */
    final long replayUntil;

    boolean isReplaying;
    /** Why the last pre-vote was asked for. */
    Campaign preCampaign = Campaign.TIMED_OUT;
    /** Why it stood for election, until the host has taken note of it. */
    @Nullable
    Campaign campaign;

    /** A leader asked for a campaign, but committed entries were not applied: campaign as soon as they are, until then. */
    long hurryUntil = Long.MIN_VALUE;

    /** Follower: up to here the log is known to be a prefix of the log of this term's leader. */
    long verified;

    boolean isAckDue;

    /** Leader: the last configuration entry there may be in the log. */
    long pendingConf;
    /** Leader: the first entry appended after the members as they are took effect here. Whoever holds it knows them to be committed. */
    long witnessIndex;
    /** Leader: the last own entry that is no plain command. Until it is applied there is no lease; that it is committed is told at once. */
    long lastSpecial;
    /** Leader: no such entry that is not committed yet lies before this one; 0 = there is none. */
    long firstSpecial;

    long heartbeatDeadline;
    /** Leader: when to tell by a heartbeat what is committed, if no append has told it until then. */
    long newsDeadline = Long.MAX_VALUE;

    boolean isNewsDue;

    long quorumDeadline;
    /** Leader of a joint configuration that drops it: not before this moment the next try to hand over. */
    long handOverNext;

    /** No timer runs and nothing is sent; somebody else watches over the members. */
    boolean isAsleep;
    /** Leader: the heartbeats of this round ask the followers to sleep; until that ends no lease is renewed. */
    boolean isSettling;
    /** Leader: when something last happened. */
    long disturbedNanos;
    /** Leader: whether anybody has wanted anything of it since it was elected or last slept. */
    boolean isUsed;
    /** Leader: rounds up to here say nothing of a lease. */
    long leaseFloorRound;
    /** Follower asleep: the round with which it agreed. */
    long sleepToken;

    /** A cold range was asked for and has not come. */
    boolean isFetching;
    /** Something happened since the last collect. */
    boolean isDirty = true;

    boolean isRoleChanged;

    ReplicaState(
            RaftConfig config,
            long id,
            Restored restored,
            EntryStore entries,
            Randomness random,
            Liveness liveness,
            long nowNanos) {
        Invariant.check(id > 0, "replica ids are positive", id);
        this.config = config;
        this.id = id;
        this.entries = entries;
        this.random = random;
        this.liveness = liveness;
        this.log = new RaftLog(restored);
        this.durability = new Durability(restored.hardState());
        this.tracker = new Tracker(config);
        this.uncommitted = new UncommittedBytes(config.uncommittedBytesMax());
        this.membership = restored.membership();
        this.term = restored.hardState().term();
        this.vote = restored.hardState().vote();
        this.now = nowNanos;
        this.heardNanos = nowNanos;
        this.replayUntil = log.commit();
        this.isReplaying = log.hasUnapplied();
        if (!membership.isEmpty() || term > 0) {
            voteBarrier = nowNanos + config.electionMinNanos();
        }
        beginElectionTimer();
    }

    void at(long nowNanos) {
        now = Math.max(now, nowNanos);
    }

    /** The first timer of a life: who decides alone need not wait for anybody. */
    void beginElectionTimer() {
        resetElectionTimer();
        if (decidesAlone()) {
            electionDeadline = now;
        } else if (config.firstElectionSpreadNanos() > 0) {
            electionDeadline += random.between(0, config.firstElectionSpreadNanos());
        }
    }

    long sleepAfterNanos() {
        return isUsed ? config.sleepAfterNanos() : config.unusedSleepNanos();
    }

    boolean decidesAlone() {
        boolean isAlone = membership.voters().length == 1 && membership.outgoing().length == 0;
        return isAlone && membership.isVoter(id);
    }

    /** An own entry that is no plain command is told to be committed at once. */
    void committed(long index) {
        if (firstSpecial != 0 && index >= firstSpecial) {
            isNewsDue = true;
            firstSpecial = index < lastSpecial ? index + 1 : 0;
        }
    }

    /** An own entry has been written. */
    void wrote(byte type, long index) {
        if (type != EntryType.COMMAND) {
            lastSpecial = index;
            firstSpecial = firstSpecial == 0 ? index : firstSpecial;
        }
    }

    void resetElectionTimer() {
        electionDeadline = now + random.between(config.electionMinNanos(), config.electionMaxNanos());
    }

    /** When to tell what is committed now: all groups of a host at the same moments, as with heartbeats. */
    long nextNewsNanos() {
        long every = Math.max(1, config.commitNewsNanos());
        return now - Math.floorMod(now, every) + every;
    }

    /** The next heartbeat: all groups of a host beat at the same moments, so that their heartbeats share frames. */
    long nextBeatNanos() {
        long every = config.heartbeatNanos();
        return now - Math.floorMod(now, every) + every;
    }

    void endSettling() {
        if (isSettling) {
            isSettling = false;
            leaseFloorRound = reads.round();
        }
    }

    /** Lets go of memory that is needed only while something happens. */
    void trim() {
        reads.trim();
        outbox.trim();
        tracker.trim();
        log.trim();
    }

    boolean isLeader() {
        return role == Role.LEADER;
    }

    boolean isInitialized() {
        return !membership.isEmpty();
    }

    /** Whether an election timer runs at all. */
    boolean hasElectionTimer() {
        return !isReplaying && !isAsleep && !install.isPending() && role != Role.LEADER && membership.isVoter(id);
    }

    /** Rules 14, 15, 16: who may campaign. */
    boolean mayCampaign() {
        return hasElectionTimer() && !log.hasUnapplied();
    }

    /** Whether this term has a committed entry: only then is the commit index current (rules 84, 95). */
    boolean hasCommittedInTerm() {
        return log.term(log.commit()) == term;
    }

    /**
     * Whether this replica still keeps its promise not to help depose a leader that it heard. Time alone ends it, not a
     * higher term or a campaign: that leader may count on it (rule 101).
     */
    boolean isPromised() {
        return isLeader() || (promisedTo != 0 && now - heardNanos < config.electionMinNanos());
    }
}
