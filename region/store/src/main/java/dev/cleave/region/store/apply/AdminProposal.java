package dev.cleave.region.store.apply;

import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.replica.EpochUse;
import dev.cleave.region.replica.Refusal;
import dev.cleave.region.store.state.EpochRules;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A division or change of peers on its way through the log. Nobody waits for its answer: the placement driver judges by what leaders report, and
 * repeats what did not happen.
 */
public final class AdminProposal implements StoreProposal {
    private static final Logger LOG = LoggerFactory.getLogger(AdminProposal.class);

    private final String what;
    private final EpochRules rule;
    private final long region;
    private final byte type;
    private final ByteBuffer payload;
    private final long deadlineNanos;

    public AdminProposal(String what, EpochRules rule, long region, byte type, ByteBuffer payload, long deadlineNanos) {
        this.what = what;
        this.rule = rule;
        this.region = region;
        this.type = type;
        this.payload = payload;
        this.deadlineNanos = deadlineNanos;
    }

    @Override
    public byte type() {
        return type;
    }

    @Override
    public ByteBuffer payload() {
        return payload;
    }

    /** On a full disk, too, what has expired may go. */
    @Override
    public boolean freesSpace() {
        return rule == EpochRules.SWEEP;
    }

    @Override
    public EpochUse epochUse() {
        return rule.use();
    }

    @Override
    public long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public void refused(Refusal why, long leaderReplica, long leaderStore) {
        LOG.info("event=admin-refused what={} region={} reason={}", what, region, why);
    }

    @Override
    public void undetermined() {
        LOG.info("event=admin-undetermined what={} region={}", what, region);
    }

    @Override
    public void applied(KvResult result) {
        LOG.debug("event=admin-applied what={} region={}", what, region);
    }

    @Override
    public void skipped(KvError.Kind why, String message) {
        LOG.info("event=admin-skipped what={} region={} reason=\"{}\"", what, region, message);
    }
}
