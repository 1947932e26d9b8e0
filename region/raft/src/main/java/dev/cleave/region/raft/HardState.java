package dev.cleave.region.raft;

/** What a replica may never forget: its term, its vote in that term (0 = none), and lazily its commit index. */
public record HardState(long term, long vote, long commit) {
    public static final HardState EMPTY = new HardState(0, 0, 0);

    public HardState {
        if (term < 0 || vote < 0 || commit < 0) {
            throw new IllegalArgumentException("a hard state has no negative part: term " + term + ", vote " + vote
                    + ", commit " + commit + "; its record is corrupt");
        }
    }
}
