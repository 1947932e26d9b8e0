package dev.cleave.region.protocol;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Frames;
import dev.cleave.region.protocol.KvResult.Compared;
import dev.cleave.region.protocol.KvResult.Done;
import dev.cleave.region.protocol.KvResult.Found;
import dev.cleave.region.protocol.KvResult.Pair;
import dev.cleave.region.protocol.KvResult.Pairs;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reply frame (little endian):
 *
 * <pre>
 * offset size field
 *  0     1    kind, {@link FrameKind#KV_REPLY}
 *  1     1    layout, 1
 *  2     1    what follows
 *  3     1    flag of it, else 0
 *  4     4    zero
 *  8     8    request id
 * 16     n    body:
 *
 * 0 error     u8 kind, u32 backoffMillis, u64 leaderStore, optional address, text, u32 count, count × region
 * 1 done      nothing
 * 2 found     optional value
 * 3 pairs     u32 count, count × { key, value }; flag: complete
 * 4 compared  optional value; flag: set
 * </pre>
 */
final class KvReplyLayout implements KvResult.Cases<WireWriter> {
    static final int LAYOUT = 1;
    static final int HEADER_BYTES = 16;
    /** Where the first pair starts. */
    static final int PAIRS_AT = HEADER_BYTES + 4;

    static final int PAIRS_MAX = Math.max(KvCommand.SCAN_LIMIT_MAX, KvCommand.BATCH_ITEMS_MAX);
    static final int REGIONS_MAX = 1024;

    private static final int ERROR = 0;
    private static final int DONE = 1;
    private static final int FOUND = 2;
    private static final int PAIRS = 3;
    private static final int COMPARED = 4;
    private static final int REQUEST_ID_AT = 8;
    private static final KvError.Kind[] KINDS = KvError.Kind.values();

    private final long requestId;

    private KvReplyLayout(long requestId) {
        this.requestId = requestId;
    }

    static ByteBuffer encode(KvReply reply) {
        KvError error = reply.error();
        KvResult result = reply.result();
        if (error != null) {
            return error(reply.requestId(), error).finish();
        }
        if (result == null) {
            throw new IllegalArgumentException("a reply holds a result or an error, this one neither");
        }
        return result.match(new KvReplyLayout(reply.requestId())).finish();
    }

    static KvReply decode(ByteBuffer frame) {
        WireReader from = new WireReader(frame);
        Layouts.head(from, FrameKind.KV_REPLY, LAYOUT, "key-value reply");
        int what = from.u8("reply variant");
        boolean flag = from.flag("reply flag");
        from.zero(4, "reserved part of a reply");
        long requestId = from.u64("request id");
        if (flag && what != PAIRS && what != COMPARED) {
            throw new MalformedFrame("a flag in reply variant " + what + " is unknown to this version");
        }
        KvReply reply = what == ERROR
                ? KvReply.refused(requestId, error(from))
                : KvReply.ok(requestId, result(what, flag, from));
        from.end("reply");
        return reply;
    }

    /** Writes what stands before {@link #PAIRS_AT}, at the start of {@code to}, whose position stays. */
    static void pairsHead(ByteBuffer to, long requestId, boolean isComplete, int count) {
        to.put(0, FrameKind.KV_REPLY).put(1, (byte) LAYOUT).put(2, (byte) PAIRS).put(3, (byte) (isComplete ? 1 : 0));
        to.putInt(4, 0).putLong(REQUEST_ID_AT, requestId).putInt(HEADER_BYTES, count);
    }

    static long requestId(ByteBuffer frame) {
        return Layouts.longAt(frame, REQUEST_ID_AT, HEADER_BYTES, "reply");
    }

    private static KvResult result(int what, boolean flag, WireReader from) {
        return switch (what) {
            case DONE -> new Done();
            case FOUND -> new Found(from.optionalValue("value"));
            case PAIRS -> new Pairs(from.list(PAIRS_MAX, 6, "pairs", KvReplyLayout::pair), flag);
            case COMPARED -> new Compared(flag, from.optionalValue("previous value"));
            default -> throw new MalformedFrame("reply variant " + what + " is unknown to this version");
        };
    }

    private static Pair pair(WireReader from) {
        Key key = from.key("key");
        return new Pair(key, from.value("value"));
    }

    private static WireWriter error(long requestId, KvError error) {
        WireWriter to = head(requestId, ERROR, false, 256);
        to.u8(error.kind().ordinal()).u32(error.backoffMillis()).u64(error.leaderStore());
        to.optionalAddress(error.leaderAddress()).text(error.message());
        List<Region> regions = error.regions();
        List<Region> sent = regions.subList(0, Math.min(regions.size(), REGIONS_MAX));
        to.u32(sent.size());
        sent.forEach(region -> RegionLayout.write(to, region));
        return to;
    }

    private static KvError error(WireReader from) {
        KvError.Kind kind = from.oneOf(KINDS, "error kind");
        int backoffMillis = from.count("back-off");
        long leaderStore = from.u64("leader store");
        @Nullable Address leaderAddress = from.optionalAddress("leader address");
        String message = from.text("message");
        List<Region> regions = from.list(REGIONS_MAX, RegionLayout.BYTES_MIN, "regions", RegionLayout::read);
        return new KvError(kind, message, regions, leaderStore, leaderAddress, backoffMillis);
    }

    @Override
    public WireWriter onDone(Done done) {
        return head(requestId, DONE, false, 0);
    }

    @Override
    public WireWriter onFound(Found found) {
        int bytes = found.value() == null ? 0 : found.value().length();
        return head(requestId, FOUND, false, 4 + bytes).optionalValue(found.value());
    }

    @Override
    public WireWriter onPairs(Pairs pairs) {
        long bytes = 4;
        for (Pair pair : pairs.pairs()) {
            bytes += 6L + pair.key().length() + pair.value().length();
        }
        WireWriter to = head(requestId, PAIRS, pairs.isComplete(), (int) Math.min(bytes, Frames.BYTES_MAX));
        to.u32(pairs.pairs().size());
        pairs.pairs().forEach(pair -> to.key(pair.key()).value(pair.value()));
        return to;
    }

    @Override
    public WireWriter onCompared(Compared compared) {
        int bytes = compared.previous() == null ? 0 : compared.previous().length();
        return head(requestId, COMPARED, compared.isSet(), 4 + bytes).optionalValue(compared.previous());
    }

    private static WireWriter head(long requestId, int what, boolean flag, int bodyBytes) {
        WireWriter to = new WireWriter(HEADER_BYTES + bodyBytes, Frames.BYTES_MAX);
        return to.u8(FrameKind.KV_REPLY).u8(LAYOUT).u8(what).flag(flag).u32(0).u64(requestId);
    }
}
