package dev.cleave.engine.log;

/**
 * What the log holds of one group's replica, as found at start-up: hard state, the point before the first entry, and the terms
 * of all entries as runs. Everything in it is durable.
 *
 * @param firstIndex the first entry still held: {@code compactIndex + 1}
 * @param lastIndex the last entry held; {@code compactIndex} if there is none
 * @param runStarts the index at which each run of equal terms begins, ascending
 * @param runTerms the term of each run
 * @param mark the last lifecycle mark, empty if none
 * @param isBroken whether acknowledged records of this group were lost or damaged: it has lost its vote too and may return only as
 *     a new replica fed by snapshot
 */
public record GroupImage(
        long group,
        long replicaId,
        boolean hasHardState,
        long term,
        long votedFor,
        long commit,
        long compactIndex,
        long compactTerm,
        long firstIndex,
        long lastIndex,
        long[] runStarts,
        long[] runTerms,
        byte[] mark,
        boolean isBroken) {}
