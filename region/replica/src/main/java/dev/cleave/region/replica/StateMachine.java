package dev.cleave.region.replica;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out committed entries of all groups of a host. Called on the apply agent alone, in index order per group; may block in
 * its engine. What it does must depend on nothing but the entries and its own state.
 */
public interface StateMachine {
    /**
     * Applies one committed entry; its effect may stay in a batch until {@link #endTurn}.
     *
     * @param type an {@link dev.cleave.region.raft.EntryType}; a no-op only moves the applied index
     * @param payload read-only, little endian, valid during the call only
     * @param mine the proposal that this entry came from, if it was made here and by this leader; the state machine answers it in
     *     {@link #endTurn}
     * @return what the group's host must know, or null
     */
    @Nullable
    GroupChange apply(long group, long index, long term, byte type, ByteBuffer payload, @Nullable Proposal mine);

    /** Makes all entries of this turn visible (one engine write), then answers their proposals. */
    void endTurn();
}
