package dev.cleave.region.store.apply;

import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.KvResult;
import org.jspecify.annotations.Nullable;

/** What an entry did: exactly one of result and refusal is present. */
record Effect(@Nullable KvResult result, KvError.@Nullable Kind refusal, String message) {
    static final Effect DONE = new Effect(new KvResult.Done(), null, "");

    static Effect of(KvResult result) {
        return new Effect(result, null, "");
    }

    static Effect none(KvError.Kind why, String message) {
        return new Effect(null, why, message);
    }

    void tell(StoreProposal proposal) {
        if (result != null) {
            proposal.applied(result);
        } else if (refusal != null) {
            proposal.skipped(refusal, message);
        }
    }
}
