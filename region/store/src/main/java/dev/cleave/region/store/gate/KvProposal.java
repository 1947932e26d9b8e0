package dev.cleave.region.store.gate;

import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.raft.EntryType;
import dev.cleave.region.replica.EpochUse;
import dev.cleave.region.replica.Refusal;
import dev.cleave.region.store.apply.StoreProposal;
import dev.cleave.region.store.state.EpochRules;
import java.nio.ByteBuffer;

/** A client's write on its way through the log. */
final class KvProposal implements StoreProposal {
    private final Caller caller;
    private final Refusals refusals;
    private final long region;
    private final ByteBuffer payload;
    private final boolean freesSpace;
    private final long deadlineNanos;

    KvProposal(Caller caller, Refusals refusals, long region, Asked asked, long deadlineNanos) {
        this.caller = caller;
        this.refusals = refusals;
        this.region = region;
        this.payload = asked.payload();
        this.freesSpace = asked.onlyDeletes();
        this.deadlineNanos = deadlineNanos;
    }

    @Override
    public byte type() {
        return EntryType.COMMAND;
    }

    @Override
    public ByteBuffer payload() {
        return payload;
    }

    @Override
    public boolean freesSpace() {
        return freesSpace;
    }

    @Override
    public EpochUse epochUse() {
        return EpochRules.DATA.use();
    }

    @Override
    public long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public void refused(Refusal why, long leaderReplica, long leaderStore) {
        caller.refuse(refusals.of(why, region, leaderReplica, leaderStore));
    }

    @Override
    public void undetermined() {
        caller.refuse(KvError.of(
                KvError.Kind.UNDETERMINED, "the write may or may not take effect; read before you write again"));
    }

    @Override
    public void applied(KvResult result) {
        caller.answer(result);
    }

    @Override
    public void skipped(KvError.Kind why, String message) {
        caller.refuse(refusals.of(why, message, region));
    }
}
