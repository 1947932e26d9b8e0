package dev.cleave.region.protocol;

import dev.cleave.engine.wire.Frames;
import java.nio.ByteBuffer;

/**
 * Frames between the placement driver and those who ask it (little endian):
 *
 * <pre>
 * offset size field
 *  0     1    kind, {@link FrameKind#PD_REQUEST} or {@link FrameKind#PD_REPLY}
 *  1     1    layout, 1
 *  2     1    variant
 *  3     1    zero
 *  4     4    request: deadline in milliseconds from sending; reply: zero
 *  8     8    request id
 * 16     n    body
 * </pre>
 *
 * Bodies: {@link PdRequestLayout}, {@link PdReplyLayout}. A frame starts at its buffer's position and must be little endian. All
 * methods that read throw {@link MalformedFrame} for bytes that are not such a frame, and nothing else.
 */
public final class PdCodec {
    public static final int LAYOUT = 1;

    static final int HEADER_BYTES = 16;

    private static final String REQUEST = "placement request";
    private static final String REPLY = "placement reply";

    private PdCodec() {}

    public static ByteBuffer encodeRequest(long requestId, int deadlineMillis, PdRequest request) {
        WireWriter to = head(FrameKind.PD_REQUEST, PdRequestLayout.variant(request), deadlineMillis, requestId);
        PdRequestLayout.write(to, request);
        return to.finish();
    }

    public static PdRequest decodeRequest(ByteBuffer frame) {
        WireReader from = new WireReader(frame);
        Layouts.head(from, FrameKind.PD_REQUEST, LAYOUT, REQUEST);
        int variant = from.u8("variant");
        from.zero(1, "reserved part of a " + REQUEST);
        from.count("deadline");
        from.u64("request id");
        PdRequest request = PdRequestLayout.read(variant, from);
        from.end(REQUEST);
        return request;
    }

    public static ByteBuffer encodeReply(long requestId, PdReply reply) {
        WireWriter to = head(FrameKind.PD_REPLY, PdReplyLayout.variant(reply), 0, requestId);
        PdReplyLayout.write(to, reply);
        return to.finish();
    }

    public static PdReply decodeReply(ByteBuffer frame) {
        WireReader from = new WireReader(frame);
        Layouts.head(from, FrameKind.PD_REPLY, LAYOUT, REPLY);
        int variant = from.u8("variant");
        from.zero(5, "reserved part of a " + REPLY);
        from.u64("request id");
        PdReply reply = PdReplyLayout.read(variant, from);
        from.end(REPLY);
        return reply;
    }

    /** The id of a request or a reply, read in place. */
    public static long requestId(ByteBuffer frame) {
        return Layouts.longAt(frame, 8, HEADER_BYTES, "placement frame");
    }

    /** How long the asker still waits, read in place. */
    public static int deadlineMillis(ByteBuffer frame) {
        return Layouts.intAt(frame, 4, HEADER_BYTES, REQUEST);
    }

    private static WireWriter head(byte kind, int variant, int deadlineMillis, long requestId) {
        WireWriter to = new WireWriter(256, Frames.BYTES_MAX);
        return to.u8(kind).u8(LAYOUT).u8(variant).u8(0).u32(deadlineMillis).u64(requestId);
    }
}
