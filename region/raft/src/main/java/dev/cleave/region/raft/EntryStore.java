package dev.cleave.region.raft;

/**
 * The entries' bytes, kept by the host; the core knows only index and term. Called synchronously by the core, from the
 * one thread that owns the replica.
 */
public interface EntryStore {
    /**
     * The largest index ≤ {@code last} such that entries {@code first..it} take at most {@code bytesMax}, at least
     * {@code first}; 0 if {@code first} is not in memory, then the core asks for a fetch.
     */
    long fit(long first, long last, int bytesMax);

    /** Bytes of entries {@code first..last}, which {@link #fit} has just named. */
    long bytes(long first, long last);

    /**
     * Takes entries {@code firstIndex..append.lastIndex} of the message being stepped, dropping own entries at and
     * after {@code firstIndex}.
     */
    void accept(RaftMessage append, long firstIndex);

    /** Takes an entry that the core itself writes: the no-op of a term, or the leave of a joint configuration. */
    void create(long index, long term, byte type, byte[] payload);
}
