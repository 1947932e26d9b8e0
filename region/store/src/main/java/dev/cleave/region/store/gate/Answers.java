package dev.cleave.region.store.gate;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Clock;
import dev.cleave.engine.wire.Link;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.KvOp;
import dev.cleave.region.protocol.KvReply;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

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
        KvError error = reply.error();
        send(link, KvCodec.encodeReply(reply), error == null ? null : error.kind(), op, requestBytes, arrivedNanos);
    }

    /** As {@link #send} of a reply that holds a result. */
    void sendDone(Link link, ByteBuffer reply, KvOp op, int requestBytes, long arrivedNanos) {
        send(link, reply, null, op, requestBytes, arrivedNanos);
    }

    private void send(
            Link link, ByteBuffer frame, KvError.@Nullable Kind error, KvOp op, int requestBytes, long arrivedNanos) {
        counts.answered(op, error, clock.nanos() - arrivedNanos, requestBytes, frame.remaining());
        if (!link.send(frame) && link.isOpen()) {
            link.close();
        }
    }
}
