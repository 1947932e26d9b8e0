package dev.cleave.region.raft;

import dev.cleave.region.raft.RaftMessage.Type;

/** Campaigns, votes and the promise not to depose a live leader. */
final class Elections {
    private final ReplicaState s;
    private final Roles roles;

    Elections(ReplicaState state, Roles roles) {
        s = state;
        this.roles = roles;
    }

    /** The election timer: a campaign, or a short wait for what is committed to be applied (rule 14). */
    void onTime() {
        if (!s.hasElectionTimer() || s.now < s.electionDeadline) {
            return;
        }
        if (s.mayCampaign()) {
            preCampaign(Campaign.TIMED_OUT);
        } else {
            s.electionDeadline = s.now + s.config.heartbeatNanos();
        }
    }

    void campaign(boolean isForced) {
        boolean mayHavePromised = s.now < s.voteBarrier && !s.decidesAlone();
        if (!s.mayCampaign() || s.isPromised() || mayHavePromised) {
            return;
        }
        if (isForced) {
            realCampaign(false, Campaign.ORDERED);
        } else {
            preCampaign(Campaign.ORDERED);
        }
    }

    /** The leader hands over: campaign at once, without a pre-vote. Duplicates find another term (rule 17). */
    void onTimeoutNow() {
        if (s.role != Role.FOLLOWER) {
            return;
        }
        if (s.mayCampaign()) {
            realCampaign(true, Campaign.HANDED_OVER);
        } else if (s.log.hasUnapplied()) {
            s.hurryUntil = s.now + s.config.electionMinNanos();
        }
    }

    /** Carries out a hand-over that had to wait for what is committed to be applied. */
    void hurry() {
        if (s.hurryUntil != Long.MIN_VALUE && !s.log.hasUnapplied()) {
            boolean isInTime = s.now < s.hurryUntil;
            s.hurryUntil = Long.MIN_VALUE;
            if (isInTime && s.role == Role.FOLLOWER && s.mayCampaign()) {
                realCampaign(true, Campaign.HANDED_OVER);
            }
        }
    }

    private void preCampaign(Campaign why) {
        s.preCampaign = why;
        roles.becomePreCandidate();
        s.votes.record(s.id, true);
        ask(Type.PRE_VOTE, s.term + 1, false);
        decide();
    }

    /** The own vote counts once it is durable; requests leave no earlier either (rule 1). */
    private void realCampaign(boolean isTransfer, Campaign why) {
        roles.becomeCandidate();
        s.campaign = why;
        ask(Type.VOTE, s.term, isTransfer);
    }

    private void ask(Type type, long term, boolean isTransfer) {
        for (long to : s.membership.replicas()) {
            if (to != s.id && s.membership.isVoter(to)) {
                RaftMessage request = type == Type.VOTE
                        ? s.outbox.afterSync(type, s.id, to, term)
                        : s.outbox.now(type, s.id, to, term);
                request.index = s.log.last();
                request.logTerm = s.log.lastTerm();
                request.isTransfer = isTransfer;
                tellCommit(request);
            }
        }
    }

    void persisted() {
        if (s.role == Role.CANDIDATE && s.vote == s.id && s.durability.isDurable(s.term, s.id)) {
            s.votes.record(s.id, true);
            decide();
        }
    }

    void forgetLeader() {
        if (s.role == Role.FOLLOWER && s.leader != 0) {
            s.promisedTo = 0;
            roles.becomeFollower(s.term, 0);
        }
    }

    /** Whether a vote request must go unheard: it would break the promise to a live leader (rules 10, 11, 102). */
    boolean mustIgnore(RaftMessage request) {
        if (request.isTransfer) {
            return false;
        }
        boolean mayDepose = request.term > s.term || s.leader == 0;
        return s.now < s.voteBarrier || (mayDepose && request.from != s.promisedTo && s.isPromised());
    }

    /** A request of our term, or a pre-vote for a later one. */
    void onRequest(RaftMessage request) {
        boolean isPre = request.type == Type.PRE_VOTE;
        learnCommit(request);
        boolean mayVote = s.vote == request.from || (s.vote == 0 && s.leader == 0) || (isPre && request.term > s.term);
        if (mayVote && s.log.isUpToDate(request.index, request.logTerm)) {
            if (isPre) {
                s.outbox.now(Type.PRE_VOTE_REPLY, s.id, request.from, request.term);
            } else {
                s.outbox.afterSync(Type.VOTE_REPLY, s.id, request.from, request.term);
                s.vote = request.from;
                s.resetElectionTimer();
            }
        } else {
            reject(request);
        }
        s.isDirty = true;
    }

    /** A rejection carries our own term (rules 3, 8), and what we know to be committed. */
    void reject(RaftMessage request) {
        Type type = request.type == Type.PRE_VOTE ? Type.PRE_VOTE_REPLY : Type.VOTE_REPLY;
        RaftMessage reply = s.outbox.now(type, s.id, request.from, s.term);
        reply.reject = true;
        tellCommit(reply);
        s.isDirty = true;
    }

    /** An answer in our term, or a pre-vote granted for the next one (rule 7). */
    void onReply(RaftMessage reply) {
        if (reply.reject) {
            learnCommit(reply);
        }
        boolean isMine = reply.type == Type.PRE_VOTE_REPLY
                ? s.role == Role.PRE_CANDIDATE && (reply.reject || reply.term == s.term + 1)
                : s.role == Role.CANDIDATE;
        if (isMine) {
            s.votes.record(reply.from, !reply.reject);
            decide();
        }
    }

    private void decide() {
        switch (s.votes.tally(s.membership)) {
            case WON -> {
                if (s.role == Role.CANDIDATE) {
                    roles.becomeLeader();
                } else if (s.mayCampaign()) {
                    realCampaign(false, s.preCampaign);
                } else {
                    roles.becomeFollower(s.term, 0);
                }
            }
            case LOST -> roles.becomeFollower(s.term, 0);
            case PENDING -> {}
        }
    }

    private void tellCommit(RaftMessage message) {
        message.commit = s.log.commit();
        message.commitTerm = Math.max(0, s.log.term(s.log.commit()));
    }

    /**
     * Votes tell what is committed, so that a replica learns of its own promotion even if nobody can win without it
     * (rule 13). A candidate that so learns of unapplied entries steps back: one may be a configuration (rule 14).
     * One without a state to apply them to, whose log waits for its split to be applied again, must not learn.
     */
    void learnCommit(RaftMessage message) {
        if (s.isLeader()
                || !s.isInitialized()
                || s.install.isPending()
                || message.commit <= s.log.commit()
                || message.commitTerm <= 0
                || !s.log.matches(message.commit, message.commitTerm)) {
            return;
        }
        s.isDirty |= s.log.commitTo(message.commit);
        if (s.role == Role.CANDIDATE || s.role == Role.PRE_CANDIDATE) {
            roles.becomeFollower(s.term, 0);
        }
    }
}
