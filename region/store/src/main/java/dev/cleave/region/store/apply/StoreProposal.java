package dev.cleave.region.store.apply;

import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.replica.Proposal;

/** A proposal made on this store, which hears how its entry was applied. Neither call may block. */
public interface StoreProposal extends Proposal {
    /** The entry took effect. Called on the apply agent after the engine holds it. */
    void applied(KvResult result);

    /** The entry was committed and certainly had no effect. */
    void skipped(KvError.Kind why, String message);
}
