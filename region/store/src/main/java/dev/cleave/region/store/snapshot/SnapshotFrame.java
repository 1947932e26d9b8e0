package dev.cleave.region.store.snapshot;

import dev.cleave.engine.wire.Frames;
import dev.cleave.region.protocol.FrameKind;
import dev.cleave.region.protocol.MalformedFrame;
import dev.cleave.region.protocol.WireReader;
import dev.cleave.region.protocol.WireWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Function;
import java.util.zip.CRC32C;

/**
 * What two stores say to each other on a snapshot link (little endian). One link carries one transfer.
 *
 * <pre>
 * u8 kind (FrameKind.SNAPSHOT), u8 layout (1), u8 type, body
 *   1 offer   u64 to replica, u64 from replica, u64 sender's term, snapshot content    sender
 *   2 accept                                                                           receiver
 *   3 refuse  text                                                                     receiver
 *   4 chunk   u32 file, u64 offset, u32 crc32c of the bytes, bytes                     sender
 *   5 ack     u64 bytes received so far                                                receiver
 *   6 done    all files are whole                                                      receiver
 *   7 offer   as 1, without files, then pairs (SnapshotPairs): the whole snapshot      sender
 *   8 busy    all slots are taken: offer it again on this link, a little later         receiver
 * </pre>
 */
sealed interface SnapshotFrame {
    int LAYOUT = 1;
    int CHUNK_BYTES = 256 << 10;
    int CHUNK_HEAD_BYTES = 19;

    record Offer(long toReplica, long fromReplica, long term, SnapshotContent content) implements SnapshotFrame {}

    record Accept() implements SnapshotFrame {}

    record Refuse(String reason) implements SnapshotFrame {}

    record Chunk(int file, long offset, ByteBuffer bytes) implements SnapshotFrame {}

    record Ack(long bytes) implements SnapshotFrame {}

    record Done() implements SnapshotFrame {}

    record Busy() implements SnapshotFrame {}

    static ByteBuffer encode(Offer offer) {
        SnapshotPairs pairs = offer.content().pairs();
        WireWriter to = head(pairs == null ? 1 : 7)
                .u64(offer.toReplica())
                .u64(offer.fromReplica())
                .u64(offer.term());
        offer.content().write(to);
        if (pairs != null) {
            pairs.write(to);
        }
        return to.finish();
    }

    static ByteBuffer encodeAccept() {
        return head(2).finish();
    }

    static ByteBuffer encodeRefuse(String reason) {
        return head(3).text(reason).finish();
    }

    /** Makes an empty chunk with room for {@code bytes} bytes behind {@link #CHUNK_HEAD_BYTES}; {@link #seal} ends it. */
    static ByteBuffer newChunk(int file, long offset, int bytes) {
        return ByteBuffer.allocate(CHUNK_HEAD_BYTES + bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(FrameKind.SNAPSHOT)
                .put((byte) LAYOUT)
                .put((byte) 4)
                .putInt(file)
                .putLong(offset)
                .putInt(0);
    }

    /** Writes the checksum of a filled chunk and makes it ready to be sent. */
    static ByteBuffer seal(ByteBuffer chunk) {
        chunk.flip();
        return chunk.putInt(CHUNK_HEAD_BYTES - 4, crc(chunk.slice(CHUNK_HEAD_BYTES, chunk.limit() - CHUNK_HEAD_BYTES)));
    }

    static ByteBuffer encodeAck(long bytes) {
        return head(5).u64(bytes).finish();
    }

    static ByteBuffer encodeDone() {
        return head(6).finish();
    }

    static ByteBuffer encodeBusy() {
        return head(8).finish();
    }

    static SnapshotFrame decode(ByteBuffer frame) {
        WireReader from = new WireReader(frame.slice().order(ByteOrder.LITTLE_ENDIAN));
        int kind = from.u8("frame kind");
        int layout = from.u8("layout");
        if (kind != FrameKind.SNAPSHOT || layout != LAYOUT) {
            throw new MalformedFrame("frame of kind " + kind + " and layout " + layout
                    + " on a snapshot link; this store understands layout " + LAYOUT);
        }
        int type = from.u8("type");
        SnapshotFrame decoded = switch (type) {
            case 1 -> readOffer(from, SnapshotContent::read);
            case 2 -> new Accept();
            case 3 -> new Refuse(from.text("reason"));
            case 4 -> readChunk(from, frame);
            case 5 -> new Ack(from.u64("bytes"));
            case 6 -> new Done();
            case 7 -> readOffer(from, SnapshotContent::readWithPairs);
            case 8 -> new Busy();
            default -> throw new MalformedFrame("snapshot frame of unknown type " + type);
        };
        if (type != 4) {
            from.end("snapshot frame");
        }
        return decoded;
    }

    private static Offer readOffer(WireReader from, Function<WireReader, SnapshotContent> content) {
        long to = from.u64("to replica");
        long sender = from.u64("from replica");
        long term = from.u64("term");
        return new Offer(to, sender, term, content.apply(from));
    }

    private static Chunk readChunk(WireReader from, ByteBuffer frame) {
        int file = from.count("file");
        long offset = from.u64("offset");
        int crc = from.i32("checksum");
        ByteBuffer bytes = frame.slice(frame.position() + CHUNK_HEAD_BYTES, frame.remaining() - CHUNK_HEAD_BYTES);
        if (crc(bytes) != crc) {
            throw new MalformedFrame("a chunk of a snapshot was damaged on the way");
        }
        return new Chunk(file, offset, bytes);
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    private static WireWriter head(int type) {
        return new WireWriter(64, Frames.BYTES_MAX)
                .u8(FrameKind.SNAPSHOT)
                .u8(LAYOUT)
                .u8(type);
    }
}
