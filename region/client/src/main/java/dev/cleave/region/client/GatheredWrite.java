package dev.cleave.region.client;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvCommand.Change;
import dev.cleave.region.protocol.KvReply;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes to one region, at one epoch, that leave as one request. It decides nothing: what happens to it happens to each of them, and each judges by its own
 * rules. Those whose callers have turned away before it leaves are left out.
 */
@OwnedBy("client loop")
final class GatheredWrite implements Connection.Exchange<KvReply>, Attempt.Carrier {
    private final Gatherer gatherer;
    private final Connection<KvReply> connection;
    private final List<Attempt> attempts;
    private int wanted;
    private boolean hasEnded;

    /** @param attempts at least one, all with a change */
    GatheredWrite(Gatherer gatherer, Connection<KvReply> connection, List<Attempt> attempts) {
        this.gatherer = gatherer;
        this.connection = connection;
        this.attempts = attempts;
        this.wanted = attempts.size();
        attempts.forEach(attempt -> attempt.carriedBy(this));
    }

    @Override
    public long requestId() {
        return attempts.get(0).requestId();
    }

    @Override
    public ByteBuffer frame() {
        List<Change> changes = new ArrayList<>(wanted);
        KvCommand last = null;
        long remainingNanos = 0;
        for (Attempt attempt : attempts) {
            if (attempt.isWanted()) {
                changes.add(attempt.change());
                last = attempt.command;
                remainingNanos = Math.max(remainingNanos, attempt.remainingNanos());
                attempt.leavesIn(wanted > 1);
            }
        }
        KvCommand only = Invariant.present(last, "a request that nobody waits for is forgotten");
        // The longest deadline: a caller whose own passes earlier is told "undetermined" by its own clock.
        return Attempt.frame(
                requestId(),
                attempts.get(0).route,
                remainingNanos,
                changes.size() == 1 ? only : new KvCommand.Batch(changes));
    }

    @Override
    public void forget(Attempt attempt) {
        wanted--;
        if (wanted == 0 && !hasEnded) {
            hasEnded = true;
            connection.forget(this);
            gatherer.ended();
        }
    }

    @Override
    public void onSent() {
        attempts.forEach(Attempt::onSent);
    }

    @Override
    public void onReply(KvReply reply) {
        end(() -> attempts.forEach(attempt -> attempt.onReply(reply)));
    }

    @Override
    public void onNotSent(String reason, boolean isReachable) {
        end(() -> attempts.forEach(attempt -> attempt.onNotSent(reason, isReachable)));
    }

    @Override
    public void onLost(String reason) {
        end(() -> attempts.forEach(attempt -> attempt.onLost(reason)));
    }

    private void end(Runnable tellAll) {
        hasEnded = true;
        try {
            tellAll.run();
        } finally {
            gatherer.ended();
        }
    }
}
