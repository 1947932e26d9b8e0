package dev.cleave.placement.server.catalog;

import dev.cleave.region.raft.EntryType;
import dev.cleave.region.replica.Proposal;
import dev.cleave.region.replica.Refusal;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One command on its way through the log; {@link Sink} hears exactly one outcome. */
public final class CatalogProposal implements Proposal {
    private final ByteBuffer payload;
    private final long deadlineNanos;
    private final Sink sink;
    private @Nullable CatalogResult result;

    /** Hears the outcome, on the replica or the apply agent; must not block. */
    public interface Sink {
        void applied(CatalogResult result);

        /**
         * @param isCertain whether it has certainly not been applied and never will be
         */
        void failed(boolean isCertain, String why);
    }

    public CatalogProposal(ByteBuffer payload, long deadlineNanos, Sink sink) {
        this.payload = payload;
        this.deadlineNanos = deadlineNanos;
        this.sink = sink;
    }

    /** Apply agent: what it did; told to the sink at the end of the turn. */
    void result(CatalogResult what) {
        result = what;
    }

    void answer() {
        CatalogResult what = result;
        if (what != null) {
            sink.applied(what);
        }
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
    public long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public void refused(Refusal why, long leaderReplica, long leaderStore) {
        sink.failed(true, why.toString());
    }

    @Override
    public void undetermined() {
        sink.failed(false, "leadership was lost before the outcome was known");
    }
}
