package dev.cleave.region.store.snapshot;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.kv.KvEngine.Family;
import dev.cleave.engine.kv.KvSnapshot;
import dev.cleave.region.protocol.MalformedFrame;
import dev.cleave.region.protocol.WireReader;
import dev.cleave.region.protocol.WireWriter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * All pairs of a small region, as they stand in the engine's DATA family, in one piece: they travel in the offer, wait in the lifecycle mark, and
 * are installed by one batch. Files would cost several forces on both sides, and a table of RocksDB for a handful of keys. Immutable.
 *
 * <pre>
 * u32 crc32c of the bytes, u32 count of bytes, bytes: pair after pair { u32 key length, key, u32 value length, value }
 * </pre>
 */
public final class SnapshotPairs {
    private final byte[] pairs;

    private SnapshotPairs(byte[] pairs) {
        this.pairs = pairs;
    }

    /** Takes one pair. */
    @FunctionalInterface
    public interface Taker {
        void take(byte[] dataKey, byte[] stored);
    }

    /** What {@code range} holds in {@code view}, unless that is more than {@code bytesMax}. */
    static Optional<SnapshotPairs> collect(KvSnapshot view, KeyRange range, int bytesMax) {
        ByteArrayOutputStream collected = new ByteArrayOutputStream();
        boolean[] isTooMuch = {bytesMax <= 0};
        if (!isTooMuch[0]) {
            view.scan(Family.DATA, range, false, (key, value) -> {
                isTooMuch[0] = collected.size() + 8L + key.length + value.length > bytesMax;
                if (!isTooMuch[0]) {
                    append(collected, key);
                    append(collected, value);
                }
                return !isTooMuch[0];
            });
        }
        return isTooMuch[0] ? Optional.empty() : Optional.of(new SnapshotPairs(collected.toByteArray()));
    }

    private static void append(ByteArrayOutputStream to, byte[] bytes) {
        to.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(bytes.length)
                .array());
        to.writeBytes(bytes);
    }

    int bytes() {
        return pairs.length;
    }

    /** In ascending order. */
    public void forEach(Taker taker) {
        ByteBuffer from = ByteBuffer.wrap(pairs).order(ByteOrder.LITTLE_ENDIAN);
        while (from.hasRemaining()) {
            byte[] key = next(from);
            taker.take(key, next(from));
        }
    }

    private static byte[] next(ByteBuffer from) {
        int length = from.remaining() < 4 ? -1 : from.getInt();
        if (length < 0 || length > from.remaining()) {
            throw new MalformedFrame("a pair of a snapshot goes over its end");
        }
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }

    public void write(WireWriter to) {
        to.u32(crc(pairs)).u32(pairs.length).bytes(ByteBuffer.wrap(pairs));
    }

    /** Reads all that remains, and refuses what is not whole or does not belong into {@code range}. */
    public static SnapshotPairs read(WireReader from, KeyRange range) {
        int crc = from.i32("checksum of pairs");
        int length = from.count("bytes of pairs");
        if (length > from.remaining()) {
            throw new MalformedFrame("a snapshot's pairs go over the end of what carries them");
        }
        byte[] pairs = from.bytes(length, "pairs");
        if (crc(pairs) != crc) {
            throw new MalformedFrame("the pairs of a snapshot were damaged on the way");
        }
        SnapshotPairs read = new SnapshotPairs(pairs);
        read.forEach((key, stored) -> {
            if (!range.contains(Key.own(key))) {
                throw new MalformedFrame("a pair of a snapshot lies outside its region");
            }
        });
        return read;
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
