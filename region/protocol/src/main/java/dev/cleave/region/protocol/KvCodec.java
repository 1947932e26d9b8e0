package dev.cleave.region.protocol;

import dev.cleave.engine.base.EntryLayout;
import dev.cleave.engine.wire.Frames;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Key-value frames. A request (little endian):
 *
 * <pre>
 * offset size field
 *  0     1    kind, {@link FrameKind#KV_REQUEST}
 *  1     1    layout, 1
 *  2     2    flags, 0
 *  4     4    deadline in milliseconds from sending
 *  8     8    request id
 * 16     8    region id
 * 24     8    epoch: conf version     \
 * 32     8    epoch: version           |  the entry payload
 * 40     1    operation                |
 * 41     1    flags of the operation   |
 * 42     2    zero                     |
 * 44     n    body                    /
 * </pre>
 *
 * From offset 24 on, the bytes are exactly the payload of the log entry: encoded once by the client, cut out by the store, and the
 * same at apply. The accessors read in place and cost nothing; a frame starts at its buffer's position and must be little endian.
 * All methods that read throw {@link MalformedFrame} for bytes that are not a request, and nothing else.
 */
public final class KvCodec {
    public static final int LAYOUT = 1;
    /** Where the entry payload starts. */
    public static final int PAYLOAD_AT = 24;
    /** The shortest payload: epoch, operation and nothing else. */
    public static final int PAYLOAD_BYTES_MIN = 20;

    private static final int EPOCH_BYTES = 16;
    private static final int FRAME_BYTES_MIN = PAYLOAD_AT + PAYLOAD_BYTES_MIN;
    private static final String REQUEST = "key-value request";

    private KvCodec() {}

    /** Checks kind, layout and length; the cheapest thing a gate does first. */
    public static void checkRequest(ByteBuffer frame) {
        Layouts.checkHead(frame, FrameKind.KV_REQUEST, LAYOUT, FRAME_BYTES_MIN, REQUEST);
        if (frame.getShort(frame.position() + 2) != 0) {
            throw new MalformedFrame("flags of a " + REQUEST + " are unknown to this version");
        }
        if (deadlineMillis(frame) < 0) {
            throw new MalformedFrame("deadline of a " + REQUEST + " is more than fits");
        }
    }

    public static ByteBuffer encodeRequest(KvRequest request) {
        WireWriter to = new WireWriter(frameBytes(request.command()), Frames.BYTES_MAX);
        to.u8(FrameKind.KV_REQUEST).u8(LAYOUT).u16(0).u32(request.deadlineMillis());
        to.u64(request.requestId()).u64(request.regionId());
        writePayload(to, request.epoch(), request.command());
        return to.finish();
    }

    /** The whole request, checked to its last byte. */
    public static KvRequest decodeRequest(ByteBuffer frame) {
        checkRequest(frame);
        ByteBuffer payload = entryPayload(frame);
        return new KvRequest(
                requestId(frame), regionId(frame), decodeEpoch(payload), deadlineMillis(frame), decodeCommand(payload));
    }

    public static int deadlineMillis(ByteBuffer frame) {
        return Layouts.intAt(frame, 4, FRAME_BYTES_MIN, REQUEST);
    }

    public static long requestId(ByteBuffer frame) {
        return Layouts.longAt(frame, 8, FRAME_BYTES_MIN, REQUEST);
    }

    public static long regionId(ByteBuffer frame) {
        return Layouts.longAt(frame, 16, FRAME_BYTES_MIN, REQUEST);
    }

    public static Epoch epoch(ByteBuffer frame) {
        return new Epoch(
                Layouts.longAt(frame, PAYLOAD_AT, FRAME_BYTES_MIN, REQUEST),
                Layouts.longAt(frame, PAYLOAD_AT + 8, FRAME_BYTES_MIN, REQUEST));
    }

    /** The operation's number, see {@link #isWrite}; not checked to be a known one. */
    public static int op(ByteBuffer frame) {
        Layouts.need(frame, FRAME_BYTES_MIN, REQUEST);
        return frame.get(frame.position() + PAYLOAD_AT + EPOCH_BYTES) & 0xFF;
    }

    /** Whether the request goes through the log. */
    public static boolean isWrite(ByteBuffer frame) {
        return op(frame) < KvCommandLayout.READS_FROM;
    }

    /** The payload of the log entry: a little-endian view that shares the frame's bytes. */
    public static ByteBuffer entryPayload(ByteBuffer frame) {
        Layouts.need(frame, FRAME_BYTES_MIN, REQUEST);
        return frame.slice(frame.position() + PAYLOAD_AT, frame.remaining() - PAYLOAD_AT)
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    public static ByteBuffer encodePayload(Epoch epoch, KvCommand command) {
        WireWriter to = new WireWriter(frameBytes(command) - PAYLOAD_AT, EntryLayout.PAYLOAD_BYTES_MAX);
        writePayload(to, epoch, command);
        return to.finish();
    }

    /** The epoch of an entry payload, read in place. */
    public static Epoch decodeEpoch(ByteBuffer payload) {
        return new Epoch(
                Layouts.longAt(payload, 0, PAYLOAD_BYTES_MIN, "entry payload"),
                Layouts.longAt(payload, 8, PAYLOAD_BYTES_MIN, "entry payload"));
    }

    /** Writes {@code millis} into a payload whose command is judged by time; leaves any other as it is. */
    public static void setTime(ByteBuffer payload, long millis) {
        if (hasTime(payload)) {
            payload.putLong(payload.position() + EPOCH_BYTES + KvCommandLayout.TIME_AT, millis);
        }
    }

    /** The time in a payload by which its command is judged; 0 if it is not. */
    public static long timeMillis(ByteBuffer payload) {
        return hasTime(payload) ? payload.getLong(payload.position() + EPOCH_BYTES + KvCommandLayout.TIME_AT) : 0;
    }

    private static boolean hasTime(ByteBuffer payload) {
        Layouts.need(payload, PAYLOAD_BYTES_MIN, "entry payload");
        boolean hasTime = KvCommandLayout.hasTime(payload.get(payload.position() + EPOCH_BYTES) & 0xFF);
        if (hasTime) {
            Layouts.need(payload, PAYLOAD_BYTES_MIN + Long.BYTES, "timed entry payload");
        }
        return hasTime;
    }

    /** The command of an entry payload; keys and values are copies. */
    public static KvCommand decodeCommand(ByteBuffer payload) {
        Layouts.need(payload, PAYLOAD_BYTES_MIN, "entry payload");
        return KvCommandLayout.read(
                new WireReader(payload.slice(payload.position() + EPOCH_BYTES, payload.remaining() - EPOCH_BYTES)));
    }

    /** How many bytes the entry payload of {@code command} takes. */
    public static long payloadBytes(KvCommand command) {
        return EPOCH_BYTES + KvCommandLayout.bytes(command);
    }

    public static ByteBuffer encodeReply(KvReply reply) {
        return KvReplyLayout.encode(reply);
    }

    public static KvReply decodeReply(ByteBuffer frame) {
        return KvReplyLayout.decode(frame);
    }

    /** The request id of a reply, read in place. */
    public static long replyRequestId(ByteBuffer frame) {
        return KvReplyLayout.requestId(frame);
    }

    private static int frameBytes(KvCommand command) {
        long bytes = PAYLOAD_AT + payloadBytes(command);
        if (bytes - PAYLOAD_AT > EntryLayout.PAYLOAD_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "command of " + (bytes - PAYLOAD_AT) + " bytes does not fit an entry, at most "
                            + EntryLayout.PAYLOAD_BYTES_MAX + " are allowed; ask KvLimits first");
        }
        return (int) bytes;
    }

    private static void writePayload(WireWriter to, Epoch epoch, KvCommand command) {
        to.u64(epoch.confVersion()).u64(epoch.version());
        KvCommandLayout.write(to, command);
    }
}
