package dev.cleave.region.client;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvReply;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Calls to one region, at one epoch, that leave as one request. It decides nothing: what happens to it happens to each of them, and each judges by its own
 * rules. Those whose callers have turned away before it leaves are left out.
 */
@OwnedBy("client loop")
abstract class Gathered implements Connection.Exchange<KvReply>, Attempt.Carrier {
    private final Gatherer gatherer;
    private final Connection<KvReply> connection;
    private final long requestId;
    /** With how many it left the gatherer, whoever is left out later. */
    private final int calls;

    private List<Attempt> attempts;
    private int wanted;
    private boolean hasEnded;

    /** @param attempts at least one */
    Gathered(Gatherer gatherer, Connection<KvReply> connection, List<Attempt> attempts) {
        this.gatherer = gatherer;
        this.connection = connection;
        this.requestId = attempts.get(0).requestId();
        this.attempts = attempts;
        this.calls = attempts.size();
        this.wanted = calls;
        attempts.forEach(attempt -> attempt.carriedBy(this));
    }

    /** What asks for all of them at once; there are at least two. */
    abstract KvCommand together(List<Attempt> leaving);

    /** Tells each of at least two that have left together what the answer means to it. */
    abstract void tell(List<Attempt> left, KvReply reply);

    @Override
    public final long requestId() {
        return requestId;
    }

    @Override
    public final ByteBuffer frame() {
        if (wanted < attempts.size()) {
            attempts = attempts.stream().filter(Attempt::isWanted).toList();
        }
        Invariant.check(!attempts.isEmpty(), "a request that nobody waits for is forgotten");
        long remainingNanos = 0;
        for (Attempt attempt : attempts) {
            remainingNanos = Math.max(remainingNanos, attempt.remainingNanos());
            attempt.leavesIn(attempts.size() > 1);
        }
        Attempt first = attempts.get(0);
        // The longest deadline: a caller whose own passes earlier is told so by its own clock.
        return Attempt.frame(
                requestId, first.route, remainingNanos, attempts.size() == 1 ? first.command : together(attempts));
    }

    @Override
    public final void forget(Attempt attempt) {
        wanted--;
        if (wanted == 0 && !hasEnded) {
            hasEnded = true;
            connection.forget(this);
            gatherer.ended(calls);
        }
    }

    @Override
    public final void onSent() {
        attempts.forEach(Attempt::onSent);
    }

    @Override
    public final void onReply(KvReply reply) {
        end(() -> {
            if (attempts.size() == 1) {
                attempts.get(0).onReply(reply);
            } else {
                tell(attempts, reply);
            }
        });
    }

    @Override
    public final void onNotSent(String reason, boolean isReachable) {
        end(() -> attempts.forEach(attempt -> attempt.onNotSent(reason, isReachable)));
    }

    @Override
    public final void onLost(String reason) {
        end(() -> attempts.forEach(attempt -> attempt.onLost(reason)));
    }

    private void end(Runnable tellAll) {
        hasEnded = true;
        try {
            tellAll.run();
        } finally {
            gatherer.ended(calls);
        }
    }
}
