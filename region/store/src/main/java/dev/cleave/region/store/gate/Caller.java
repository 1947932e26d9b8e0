package dev.cleave.region.store.gate;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.wire.Link;
import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.KvOp;
import dev.cleave.region.protocol.KvReply;
import dev.cleave.region.protocol.KvResult;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/** Whoever waits for the answer to one admitted request. Answered exactly once; the answer gives back what the request took of the bounds. */
@AnyThread
final class Caller {
    private final Link link;
    private final long requestId;
    private final int requestBytes;
    private final KvOp op;
    private final long arrivedNanos;
    private final Admission admission;
    private final Answers answers;
    private final AtomicBoolean isAnswered = new AtomicBoolean();

    Caller(
            Link link,
            long requestId,
            KvOp op,
            int requestBytes,
            long arrivedNanos,
            Admission admission,
            Answers answers) {
        this.link = link;
        this.requestId = requestId;
        this.op = op;
        this.requestBytes = requestBytes;
        this.arrivedNanos = arrivedNanos;
        this.admission = admission;
        this.answers = answers;
    }

    long requestId() {
        return requestId;
    }

    Link link() {
        return link;
    }

    void answer(KvResult result) {
        end(KvReply.ok(requestId, result));
    }

    /** Answers with a whole reply to {@link #requestId}, which is no refusal. */
    void answer(ByteBuffer reply) {
        settle();
        answers.sendDone(link, reply, op, requestBytes, arrivedNanos);
    }

    void refuse(KvError error) {
        end(KvReply.refused(requestId, error));
    }

    private void end(KvReply reply) {
        settle();
        answers.send(link, reply, op, requestBytes, arrivedNanos);
    }

    private void settle() {
        Invariant.check(isAnswered.compareAndSet(false, true), "a request is answered once", requestId);
        admission.leave(requestBytes);
    }
}
