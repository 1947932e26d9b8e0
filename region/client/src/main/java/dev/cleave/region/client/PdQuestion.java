package dev.cleave.region.client;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.client.NotAppliedException.Reason;
import dev.cleave.region.protocol.PdCodec;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One question to the placement driver on its way through the members. Questions are repeated freely; orders (split, migrate and the
 * like) only while it is certain that none was accepted.
 */
@OwnedBy("client loop")
final class PdQuestion {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final PdAsker asker;
    private final PdRequest request;
    private final boolean isOrder;
    private final long deadlineNanos;
    private final PdAsker.Outcome outcome;
    private final Backoff backoff;
    private final OneTimer timer;
    private @Nullable Try current;
    private PdReply.@Nullable Refused lastRefusal;
    private String lastTrouble = "";
    private int tries;
    private int triesThisRound;
    private boolean isSettled;

    PdQuestion(PdAsker asker, PdRequest request, long deadlineNanos, PdAsker.Outcome outcome) {
        this.asker = asker;
        this.request = request;
        this.isOrder = isOrder(request);
        this.deadlineNanos = deadlineNanos;
        this.outcome = outcome;
        this.timer = new OneTimer(asker.rim.timers(), this::onTimer);
        this.backoff = new Backoff(
                asker.rim.randomness(),
                asker.config.backoffMin().toNanos(),
                asker.config.backoffMax().toNanos());
    }

    void tryNow() {
        if (isSettled) {
            return;
        }
        if (remainingNanos() <= 0) {
            settleAtDeadline();
            return;
        }
        tries++;
        triesThisRound++;
        Try next = new Try(asker.members.preferred());
        current = next;
        timer.arm(Math.min(remainingNanos(), asker.config.attemptTimeout().toNanos()));
        next.member.send(next);
    }

    void refuse(Reason reason, String message) {
        fail(Failure.notApplied(reason, what(), message));
    }

    void abort(String why) {
        Try abandoned = current;
        if (abandoned != null && abandoned.isSent && isOrder) {
            fail(Failure.undetermined(what(), why + " before an answer came"));
        } else {
            refuse(Reason.CLOSED, why);
        }
    }

    private void onTimer() {
        Try waited = current;
        boolean isSentOrder = waited != null && waited.isSent && isOrder;
        if (isSentOrder || remainingNanos() <= 0) {
            settleAtDeadline();
        } else if (waited == null) {
            tryNow();
        } else {
            waited.member.forget(waited);
            retry(waited, waited.member.address() + " did not answer in time");
        }
    }

    private void retry(Try failed, String why) {
        lastTrouble = why;
        current = null;
        asker.members.turnFrom(failed.member);
        if (triesThisRound < asker.members.size()) {
            tryNow();
            return;
        }
        triesThisRound = 0;
        timer.arm(Math.min(remainingNanos(), backoff.nextNanos()));
    }

    private void settleAtDeadline() {
        Try waited = current;
        PdReply.Refused refusal = lastRefusal;
        if (waited != null && waited.isSent && isOrder) {
            fail(Failure.undetermined(what(), "no answer before the deadline; see the list of operators"));
        } else if (refusal != null) {
            settle();
            outcome.onReply(refusal);
        } else {
            String trouble = lastTrouble.isEmpty() ? "no answer" : lastTrouble;
            refuse(
                    Reason.UNAVAILABLE,
                    "no placement driver of " + asker.members + " answered before the deadline; last: " + trouble);
        }
    }

    private void fail(Failure failure) {
        if (!isSettled) {
            settle();
            outcome.onFailure(
                    new Failure(failure.kind(), failure.reason(), failure.what(), failure.message(), 0, 0, tries));
        }
    }

    private void settle() {
        isSettled = true;
        timer.cancel();
        Try waited = current;
        if (waited != null) {
            waited.member.forget(waited);
            current = null;
        }
        asker.settled(this);
    }

    private long remainingNanos() {
        return deadlineNanos - asker.rim.clock().nanos();
    }

    private String what() {
        return "asking the placement driver (" + request.getClass().getSimpleName() + ")";
    }

    /** Whether it changes something, so that it must not be sent twice unknowingly. */
    static boolean isOrder(PdRequest request) {
        return request instanceof PdRequest.SplitRegion
                || request instanceof PdRequest.MigrateRegion
                || request instanceof PdRequest.TransferLeader
                || request instanceof PdRequest.RemoveStore;
    }

    /** One member asked once. */
    private final class Try implements Connection.Exchange<PdAnswer> {
        private final Connection<PdAnswer> member;
        private final long requestId = asker.nextRequestId();
        private boolean isSent;

        Try(Connection<PdAnswer> member) {
            this.member = member;
        }

        @Override
        public long requestId() {
            return requestId;
        }

        @Override
        public ByteBuffer frame() {
            long millis = Math.max(1, (remainingNanos() + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
            return PdCodec.encodeRequest(requestId, (int) Math.min(Integer.MAX_VALUE, millis), request);
        }

        @Override
        public void onSent() {
            isSent = true;
            if (current == this && isOrder) {
                timer.arm(remainingNanos());
            }
        }

        @Override
        public void onReply(PdAnswer answer) {
            if (current != this) {
                return;
            }
            if (answer.reply() instanceof PdReply.Refused refused && refused.kind() == PdReply.Kind.UNAVAILABLE) {
                lastRefusal = refused;
                retry(this, member.address() + ": " + refused.message());
                asker.discover();
                return;
            }
            settle();
            asker.heard(answer.reply());
            outcome.onReply(answer.reply());
        }

        @Override
        public void onNotSent(String reason, boolean isReachable) {
            if (current == this) {
                retry(this, reason);
            }
        }

        @Override
        public void onLost(String reason) {
            if (current != this) {
                return;
            }
            if (isOrder) {
                fail(Failure.undetermined(what(), "the link to " + member.address() + " was lost: " + reason));
            } else {
                retry(this, reason);
            }
        }
    }
}
