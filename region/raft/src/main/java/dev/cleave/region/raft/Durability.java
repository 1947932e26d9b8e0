package dev.cleave.region.raft;

/** The hard state that was handed out to be written, and the term and vote known to be durable. */
final class Durability {
    private long collectedTerm;
    private long collectedVote;
    private long collectedCommit;
    private long durableTerm;
    private long durableVote;

    Durability(HardState restored) {
        collectedTerm = restored.term();
        collectedVote = restored.vote();
        collectedCommit = restored.commit();
        durableTerm = collectedTerm;
        durableVote = collectedVote;
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
