package dev.cleave.region.raft;

import java.util.Arrays;

/**
 * One Raft message: a mutable, reused carrier with one owner at a time. What it holds is valid until its owner clears it;
 * a message inside a {@link Ready} until the next {@code collect} into that Ready. Zero means "not set" everywhere.
 *
 * <p>An APPEND names its entries as {@code index + 1 .. lastIndex}; their bytes are the host's. Of a received one the host
 * also sets the term of each entry.
 */
public final class RaftMessage {
    /** The kinds of message; frozen order, new ones are added at the end. */
    public enum Type {
        PRE_VOTE,
        PRE_VOTE_REPLY,
        VOTE,
        VOTE_REPLY,
        APPEND,
        APPEND_REPLY,
        HEARTBEAT,
        HEARTBEAT_REPLY,
        SNAPSHOT,
        TIMEOUT_NOW,
        /** From a follower that woke to its leader, which must wake too. */
        WAKE
    }

    private static final long[] NO_TERMS = {};

    public Type type = Type.HEARTBEAT;
    /** Replica ids. */
    public long from;

    public long to;
    /** The sender's term; in pre-votes and their grants the term that is asked about. */
    public long term;
    /** APPEND: index before the first entry. VOTE: last index. SNAPSHOT: last included. APPEND_REPLY: matched or rejected. */
    public long index;
    /** The term at {@link #index} (APPEND, PRE_VOTE, VOTE, SNAPSHOT). */
    public long logTerm;
    /** The sender's commit index (APPEND, HEARTBEAT, votes and vote rejections). */
    public long commit;
    /** The term at {@link #commit} (votes and vote rejections), so that the receiver may learn of it. */
    public long commitTerm;
    /** APPEND: the last entry carried, {@code index} if it carries none. */
    public long lastIndex;
    /** A refused append or vote. */
    public boolean reject;
    /** APPEND_REPLY with reject: where the sender's log may still agree, and its term there. */
    public long hintIndex;

    public long hintTerm;
    /** HEARTBEAT and its reply: the round that is confirmed, made by the leader. */
    public long token;
    /** VOTE on behalf of a leader that hands over: not held up by the promise to that leader. */
    public boolean isTransfer;
    /** HEARTBEAT: whoever stands exactly at {@link #term} and {@link #commit} is asked to sleep; its reply: so it does. */
    public boolean isSleep;
    /** SNAPSHOT only: the configuration as of {@link #index}. */
    public Membership membership = Membership.EMPTY;
    /** Received APPEND: term of entry {@code index + 1 + i} at place i; only the first {@link #entryCount} are valid. */
    public long[] entryTerms = NO_TERMS;

    public int entryCount;

    /** Adds the term of the next entry of a received APPEND. */
    public void addEntryTerm(long entryTerm) {
        if (entryCount == entryTerms.length) {
            entryTerms = Arrays.copyOf(entryTerms, Math.max(16, entryCount * 2));
        }
        entryTerms[entryCount++] = entryTerm;
    }

    /** Back to the state of a new message, keeping its array. */
    public RaftMessage clear() {
        type = Type.HEARTBEAT;
        from = 0;
        to = 0;
        term = 0;
        index = 0;
        logTerm = 0;
        commit = 0;
        commitTerm = 0;
        lastIndex = 0;
        reject = false;
        hintIndex = 0;
        hintTerm = 0;
        token = 0;
        isTransfer = false;
        isSleep = false;
        membership = Membership.EMPTY;
        entryCount = 0;
        return this;
    }

    public RaftMessage copyFrom(RaftMessage other) {
        type = other.type;
        from = other.from;
        to = other.to;
        term = other.term;
        index = other.index;
        logTerm = other.logTerm;
        commit = other.commit;
        commitTerm = other.commitTerm;
        lastIndex = other.lastIndex;
        reject = other.reject;
        hintIndex = other.hintIndex;
        hintTerm = other.hintTerm;
        token = other.token;
        isTransfer = other.isTransfer;
        isSleep = other.isSleep;
        membership = other.membership;
        entryCount = other.entryCount;
        if (entryTerms.length < entryCount) {
            entryTerms = new long[entryCount];
        }
        System.arraycopy(other.entryTerms, 0, entryTerms, 0, entryCount);
        return this;
    }

    @Override
    public String toString() {
        return type + "{" + from + "->" + to + " term=" + term + " index=" + index + " logTerm=" + logTerm + " commit="
                + commit + "/" + commitTerm + " last=" + lastIndex + (reject ? " REJECT" : "") + " hint=" + hintIndex
                + "/" + hintTerm + " token=" + token + (isTransfer ? " transfer" : "") + (isSleep ? " sleep" : "")
                + (membership.isEmpty() ? "" : " " + membership) + "}";
    }
}
