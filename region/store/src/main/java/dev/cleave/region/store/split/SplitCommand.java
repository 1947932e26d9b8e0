package dev.cleave.region.store.split;

import dev.cleave.engine.base.Key;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.MalformedFrame;
import dev.cleave.region.protocol.WireReader;
import dev.cleave.region.protocol.WireWriter;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A division of a region, the payload of its ADMIN entry (little endian).
 *
 * <pre>
 * u8 command (1 = split), u8 layout (1), u16 zero, u64 confVersion, u64 version,
 * u32 count, count × { key, u64 region id, u32 count, count × u64 replica id }
 * </pre>
 *
 * @param pieces the new regions from left to right, each ending before its key; what is right of the last key keeps the old id
 */
public record SplitCommand(Epoch epoch, List<Piece> pieces) {
    public static final int COMMAND = 1;
    public static final int PIECES_MAX = 64;
    private static final int LAYOUT = 1;
    private static final int REPLICAS_MAX = 64;
    private static final int BYTES_MAX = 1 << 20;

    /** A new region: where it ends, and its replica ids in the order of the parent's peers. */
    public record Piece(Key endExclusive, long regionId, List<Long> replicaIds) {
        public Piece {
            replicaIds = List.copyOf(replicaIds);
        }
    }

    public SplitCommand {
        pieces = List.copyOf(pieces);
        if (pieces.isEmpty() || pieces.size() > PIECES_MAX) {
            throw new IllegalArgumentException(
                    "a split makes 1 to " + PIECES_MAX + " new regions, not " + pieces.size() + "; use several");
        }
    }

    public ByteBuffer encode() {
        WireWriter to = new WireWriter(256, BYTES_MAX).u8(COMMAND).u8(LAYOUT).u16(0);
        to.u64(epoch.confVersion()).u64(epoch.version()).u32(pieces.size());
        for (Piece piece : pieces) {
            to.key(piece.endExclusive())
                    .u64(piece.regionId())
                    .u32(piece.replicaIds().size());
            piece.replicaIds().forEach(to::u64);
        }
        return to.finish();
    }

    /** Reads an ADMIN payload; throws {@link MalformedFrame} for an unknown command or layout. */
    public static SplitCommand decode(ByteBuffer payload) {
        WireReader from = new WireReader(payload.slice().order(java.nio.ByteOrder.LITTLE_ENDIAN));
        int command = from.u8("admin command");
        int layout = from.u8("admin command");
        if (command != COMMAND || layout != LAYOUT) {
            throw new MalformedFrame("admin command " + command + " of layout " + layout
                    + " is unknown to this version: upgrade this store");
        }
        from.zero(2, "reserved part of a split");
        Epoch epoch = new Epoch(from.u64("epoch"), from.u64("epoch"));
        List<Piece> pieces = from.list(PIECES_MAX, 14, "pieces", SplitCommand::piece);
        from.end("split");
        try {
            return new SplitCommand(epoch, pieces);
        } catch (IllegalArgumentException wrong) {
            throw new MalformedFrame("split without pieces");
        }
    }

    private static Piece piece(WireReader from) {
        Key key = from.key("split key");
        long regionId = from.u64("region id");
        return new Piece(key, regionId, from.list(REPLICAS_MAX, 8, "replica ids", item -> item.u64("replica id")));
    }
}
