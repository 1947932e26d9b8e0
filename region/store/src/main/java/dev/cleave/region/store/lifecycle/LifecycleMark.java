package dev.cleave.region.store.lifecycle;

import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.MalformedFrame;
import dev.cleave.region.protocol.WireReader;
import dev.cleave.region.protocol.WireWriter;
import dev.cleave.region.store.snapshot.SnapshotContent;
import dev.cleave.region.store.snapshot.SnapshotPairs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the log remembers of an open step in a replica's life (little endian). Empty means that no step is open.
 *
 * <pre>
 * u8 layout (1), u8 step
 *   1 destroying  u64 confVersion, u64 version, u8 has range, range if 1
 *   2 installing  snapshot content
 *   3 installing  snapshot content without files, pairs (SnapshotPairs)
 * </pre>
 */
public record LifecycleMark(
        @Nullable Destroying destroying, @Nullable Installing installing) {
    private static final int LAYOUT = 1;
    private static final int DESTROYING = 1;
    private static final int INSTALLING = 2;
    private static final int INSTALLING_PAIRS = 3;
    private static final int BYTES_MAX = 2 << 20;
    static final byte[] NONE = {};

    /** The replica's data and state go. Without a range it never had data. */
    record Destroying(Epoch epoch, @Nullable KeyRange range) {
        byte[] encode() {
            WireWriter to = new WireWriter(64, BYTES_MAX).u8(LAYOUT).u8(DESTROYING);
            to.u64(epoch.confVersion()).u64(epoch.version()).flag(range != null);
            if (range != null) {
                to.range(range);
            }
            return bytes(to);
        }
    }

    /** The replica's data are being replaced by these files or pairs. */
    record Installing(SnapshotContent content) {
        byte[] encode() {
            return bytes(write());
        }

        private WireWriter write() {
            SnapshotPairs pairs = content.pairs();
            WireWriter to = new WireWriter(256, BYTES_MAX).u8(LAYOUT).u8(pairs == null ? INSTALLING : INSTALLING_PAIRS);
            content.write(to);
            if (pairs != null) {
                pairs.write(to);
            }
            return to;
        }
    }

    /** How long the mark is at most that says that {@code content} is being installed, whatever its files are called where it is received. */
    public static int bytes(SnapshotContent content) {
        return new Installing(content.atItsLongest()).write().size();
    }

    static LifecycleMark decode(byte[] bytes) {
        if (bytes.length == 0) {
            return new LifecycleMark(null, null);
        }
        WireReader from = new WireReader(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        int layout = from.u8("lifecycle mark");
        int step = from.u8("lifecycle mark");
        if (layout != LAYOUT || step < DESTROYING || step > INSTALLING_PAIRS) {
            throw new MalformedFrame("lifecycle mark " + step + " of layout " + layout
                    + " in this store's log is unknown to this build; start the newer build that wrote it");
        }
        LifecycleMark mark = switch (step) {
            case DESTROYING -> new LifecycleMark(readDestroying(from), null);
            case INSTALLING -> new LifecycleMark(null, new Installing(SnapshotContent.read(from)));
            default -> new LifecycleMark(null, new Installing(SnapshotContent.readWithPairs(from)));
        };
        from.end("lifecycle mark");
        return mark;
    }

    private static Destroying readDestroying(WireReader from) {
        Epoch epoch = new Epoch(from.u64("epoch"), from.u64("epoch"));
        return new Destroying(epoch, from.flag("has range") ? from.range("range") : null);
    }

    private static byte[] bytes(WireWriter writer) {
        ByteBuffer written = writer.finish();
        return Arrays.copyOfRange(written.array(), written.arrayOffset(), written.arrayOffset() + written.limit());
    }
}
