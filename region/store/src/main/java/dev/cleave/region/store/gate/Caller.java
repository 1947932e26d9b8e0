package dev.cleave.region.store.gate;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.wire.Link;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.KvReply;
import dev.cleave.region.protocol.KvResult;
import java.util.concurrent.atomic.AtomicBoolean;

/** Whoever waits for the answer to one admitted request. Answered exactly once; the answer gives back what the request took of the bounds. */
@AnyThread
final class Caller {
    private final Link link;
    private final long requestId;
    private final int requestBytes;
    private final Admission admission;
    private final AtomicBoolean isAnswered = new AtomicBoolean();

    Caller(Link link, long requestId, int requestBytes, Admission admission) {
        this.link = link;
        this.requestId = requestId;
        this.requestBytes = requestBytes;
        this.admission = admission;
    }

    void answer(KvResult result) {
        end(KvReply.ok(requestId, result));
    }

    void refuse(KvError error) {
        end(KvReply.refused(requestId, error));
    }

    private void end(KvReply reply) {
        Invariant.check(isAnswered.compareAndSet(false, true), "a request is answered once", requestId);
        admission.leave(requestBytes);
        send(link, reply);
    }

    /** A caller that takes its answers too slowly is cut off: it learns at once that it will not get them. */
    static void send(Link link, KvReply reply) {
        if (!link.send(KvCodec.encodeReply(reply)) && link.isOpen()) {
            link.close();
        }
    }
}
