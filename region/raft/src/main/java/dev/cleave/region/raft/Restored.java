package dev.cleave.region.raft;

/**
 * What a replica finds on its disk when it starts; everything here is durable.
 *
 * @param hardState its commit is raised to {@code applied} if that is higher
 * @param membership the configuration as of {@code applied}; empty for an uninitialised replica
 * @param compactIndex the index just before the first entry held ("last included")
 * @param compactTerm the term of {@code compactIndex}
 * @param lastIndex the last entry held, {@code compactIndex} if none
 * @param runStarts first index of each run of entries of one term, ascending, beginning at {@code compactIndex + 1}
 * @param runTerms the term of each run, ascending
 * @param applied what the state machine durably holds
 */
public record Restored(
        HardState hardState,
        Membership membership,
        long compactIndex,
        long compactTerm,
        long lastIndex,
        long[] runStarts,
        long[] runTerms,
        long applied) {
    /** A replica that exists but belongs to no group yet: it waits for a snapshot or for its split. */
    public static final Restored EMPTY =
            new Restored(HardState.EMPTY, Membership.EMPTY, 0, 0, 0, new long[0], new long[0], 0);

    public Restored {
        runStarts = runStarts.clone();
        runTerms = runTerms.clone();
        require(compactIndex >= 0 && compactTerm >= 0, "the log starts at a negative index or term", compactIndex);
        require(lastIndex >= compactIndex, "the log ends before it starts", lastIndex);
        require(runStarts.length == runTerms.length, "term runs have as many starts as terms", runStarts.length);
        require((lastIndex > compactIndex) == (runStarts.length > 0), "every entry lies in a term run", lastIndex);
        long index = compactIndex;
        long term = compactTerm;
        for (int i = 0; i < runStarts.length; i++) {
            require(i == 0 ? runStarts[0] == compactIndex + 1 : runStarts[i] > index, "term runs ascend", runStarts[i]);
            require(runTerms[i] >= term, "terms never fall along the log", runTerms[i]);
            index = runStarts[i];
            term = runTerms[i];
        }
        require(index <= lastIndex || runStarts.length == 0, "the last term run starts within the log", index);
        require(term <= hardState.term(), "entries are of terms no later than the hard state's", term);
        require(applied >= compactIndex, "the log reaches back to the applied index", applied);
        if (hardState.commit() < applied) {
            hardState = new HardState(hardState.term(), hardState.vote(), applied);
        }
        require(hardState.commit() <= lastIndex, "the log reaches up to the commit index", hardState.commit());
    }

    @Override
    public long[] runStarts() {
        return runStarts.clone();
    }

    @Override
    public long[] runTerms() {
        return runTerms.clone();
    }

    private static void require(boolean condition, String whatShouldHold, long value) {
        if (!condition) {
            throw new IllegalArgumentException("the stored Raft state is corrupt; it should hold that " + whatShouldHold
                    + " [" + value + "]; retire this replica and let its peers feed a new one");
        }
    }
}
