package dev.cleave.engine.wire;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a byte stream into frames. Owned by the link's event loop. Copies each payload once, straight from the socket's buffer into
 * the heap buffer that the receiver will own; holds at most one unfinished frame. Nothing is allocated for a length before
 * the header's check and the limit have been passed.
 */
final class FrameReader {
    /** Where whole frames go. */
    interface Sink {
        void onFrame(byte kind, ByteBuffer payload) throws MalformedFrameException;

        /** False once nothing further shall be read. */
        boolean isReading();
    }

    private final FrameLayout layout = new FrameLayout();
    private final ByteBuffer header = FrameLayout.newHeader();
    private @Nullable ByteBuffer payload;
    private int lengthMax = FrameLayout.GREETING_BYTES_MAX;
    private boolean isFirst = true;

    /** Raises the limit once the peer is known. */
    void allowData() {
        lengthMax = Frames.BYTES_MAX;
    }

    void read(ByteBuf in, Sink sink) throws MalformedFrameException {
        while (in.isReadable() && sink.isReading()) {
            ByteBuffer body = payload;
            if (body == null) {
                fill(header, in);
                if (header.hasRemaining()) {
                    return;
                }
                body = startPayload();
                payload = body;
            }
            fill(body, in);
            if (!body.hasRemaining()) {
                finishFrame(body, sink);
            }
        }
    }

    /** What an end of the stream now would cut off, or null at the border of two frames. */
    @Nullable
    String describeUnfinished() {
        ByteBuffer body = payload;
        if (body != null) {
            return body.position() + " of " + body.capacity() + " bytes of a frame";
        }
        return header.position() == 0 ? null : header.position() + " bytes of a frame's header";
    }

    private ByteBuffer startPayload() throws MalformedFrameException {
        if (!layout.isHeaderIntact(header)) {
            throw new MalformedFrameException(isFirst ? describeStranger() : "a frame's header was damaged on the way");
        }
        int length = FrameLayout.length(header);
        if (length < 0 || length > lengthMax) {
            throw new MalformedFrameException("a frame of " + Integer.toUnsignedString(length) + " bytes, at most "
                    + lengthMax + " allowed here");
        }
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void finishFrame(ByteBuffer body, Sink sink) throws MalformedFrameException {
        body.flip();
        if (layout.checksum(body) != FrameLayout.payloadChecksum(header)) {
            throw new MalformedFrameException(
                    "a frame of " + body.remaining() + " bytes was damaged on the way (checksum differs)");
        }
        byte kind = FrameLayout.kind(header);
        header.clear();
        payload = null;
        isFirst = false;
        sink.onFrame(kind, body);
    }

    private String describeStranger() {
        String start = new String(header.array(), StandardCharsets.ISO_8859_1);
        if (start.startsWith("GET ")
                || start.startsWith("POST ")
                || start.startsWith("PUT ")
                || start.startsWith("HEAD ")) {
            return "an HTTP request came to the wire port; use the node's HTTP address";
        }
        if (start.startsWith("\u0016\u0003")) {
            return "a TLS handshake came, but this side speaks without TLS";
        }
        return "what came is not Cleave's wire protocol; is this the right port?";
    }

    private static void fill(ByteBuffer into, ByteBuf from) {
        int bytes = Math.min(into.remaining(), from.readableBytes());
        int limit = into.limit();
        into.limit(into.position() + bytes);
        from.readBytes(into);
        into.limit(limit);
    }
}
