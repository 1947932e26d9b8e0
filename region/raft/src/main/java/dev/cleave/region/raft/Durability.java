package dev.cleave.region.raft;

/** The hard state that was handed out to be written, the term and vote known to be durable, and how the disk gets on. */
final class Durability {
    private long collectedTerm;
    private long collectedVote;
    private long collectedCommit;
    private long durableTerm;
    private long durableVote;
    private int forcesUnderWay;
    private long progressNanos;

    Durability(HardState restored) {
        collectedTerm = restored.term();
        collectedVote = restored.vote();
        collectedCommit = restored.commit();
        durableTerm = collectedTerm;
        durableVote = collectedVote;
    }

    /** A Ready that must be forced was handed out. */
    void forceBegins(long now) {
        if (forcesUnderWay++ == 0) {
            progressNanos = now;
        }
    }

    /** The next of them was forced. */
    void forceEnds(long now) {
        forcesUnderWay--;
        progressNanos = now;
    }

    /** Whether the disk has been asked for something, and has got nothing done for {@code nanos}. */
    boolean isStalled(long now, long nanos) {
        return forcesUnderWay > 0 && now - progressNanos >= nanos;
    }

    boolean isNew(long term, long vote, long commit) {
        return isNewPromise(term, vote) || commit != collectedCommit;
    }

    boolean isNewPromise(long term, long vote) {
        return term != collectedTerm || vote != collectedVote;
    }

    void collected(long term, long vote, long commit) {
        collectedTerm = term;
        collectedVote = vote;
        collectedCommit = commit;
    }

    void persisted(long term, long vote) {
        if (term > durableTerm) {
            durableTerm = term;
            durableVote = vote;
        } else if (term == durableTerm && vote != 0) {
            durableVote = vote;
        }
    }

    boolean isDurable(long term, long vote) {
        return durableTerm == term && durableVote == vote;
    }
}
