package dev.cleave.region.store.gate;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Clock;
import dev.cleave.engine.wire.Link;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.KvOp;
import dev.cleave.region.protocol.KvReply;
import java.nio.ByteBuffer;

/** Sends answers, and counts them. */
@AnyThread
final class Answers {
    private final Clock clock;
    private final RequestCounts counts = new RequestCounts();

    Answers(Clock clock) {
        this.clock = clock;
    }

    RequestCounts counts() {
        return counts;
    }

    /**
     * Answers one request. A caller that takes its answers too slowly is cut off: it learns at once that it will not get them.
     *
     * @param requestBytes of its frame
     * @param arrivedNanos when it came in
     */
    void send(Link link, KvReply reply, KvOp op, int requestBytes, long arrivedNanos) {
        ByteBuffer frame = KvCodec.encodeReply(reply);
        KvError error = reply.error();
        counts.answered(
                op, error == null ? null : error.kind(), clock.nanos() - arrivedNanos, requestBytes, frame.remaining());
        if (!link.send(frame) && link.isOpen()) {
            link.close();
        }
    }
}
