package dev.cleave.engine.log;

import dev.cleave.engine.base.Randomness;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One file of a {@link SimulatedDisk}: what programs see, what is on the platter, and the writes between the two. */
final class SimulatedFile {
    private static final int SECTOR_BYTES = 512;

    private byte[] cache = new byte[4096];
    private int size;
    private long reservedBytes;
    private byte[] platter = new byte[0];
    private final List<Extent> unforced = new ArrayList<>();

    private record Extent(int start, int end) {}

    /** Empty, with {@code reservedBytes} allocated. */
    SimulatedFile(long reservedBytes) {
        this.reservedBytes = reservedBytes;
    }

    int size() {
        return size;
    }

    long allocatedBytes() {
        return Math.max(size, reservedBytes);
    }

    /** What more must be allocated for it to reach to {@code end}. */
    long growthBytes(long end) {
        return Math.max(0, end - allocatedBytes());
    }

    void giveBack() {
        reservedBytes = 0;
    }

    boolean hasUnforced() {
        return !unforced.isEmpty();
    }

    void write(int offset, ByteBuffer bytes) {
        int end = offset + bytes.remaining();
        if (end > cache.length) {
            cache = Arrays.copyOf(cache, Math.max(end, 2 * cache.length));
        }
        bytes.get(cache, offset, end - offset);
        size = Math.max(size, end);
        unforced.add(new Extent(offset, end));
    }

    int read(int offset, ByteBuffer into) {
        int count = Math.max(0, Math.min(into.remaining(), size - offset));
        if (count > 0) {
            into.put(cache, offset, count);
        }
        return count;
    }

    void force() {
        if (platter.length < size) {
            platter = Arrays.copyOf(platter, size);
        }
        for (Extent extent : unforced) {
            System.arraycopy(cache, extent.start, platter, extent.start, extent.end - extent.start);
        }
        unforced.clear();
    }

    void crash(Randomness randomness) {
        switch ((int) randomness.below(4)) {
            case 0 -> unforced.clear();
            case 1 -> keepPrefix(randomness);
            case 2 -> keepSectors(randomness);
            default -> force();
        }
        unforced.clear();
        cache = Arrays.copyOf(platter, Math.max(4096, platter.length));
        size = platter.length;
    }

    private void keepPrefix(Randomness randomness) {
        long bytes = 0;
        for (Extent extent : unforced) {
            bytes += extent.end - extent.start;
        }
        long left = randomness.below(bytes + 1);
        for (Extent extent : unforced) {
            int kept = (int) Math.min(left, extent.end - extent.start);
            keep(extent.start, extent.start + kept);
            left -= kept;
        }
    }

    private void keepSectors(Randomness randomness) {
        for (Extent extent : unforced) {
            int start = extent.start;
            while (start < extent.end) {
                int end = Math.min(extent.end, (start / SECTOR_BYTES + 1) * SECTOR_BYTES);
                if (randomness.below(2) == 0) {
                    keep(start, end);
                }
                start = end;
            }
        }
    }

    private void keep(int start, int end) {
        if (end > platter.length) {
            platter = Arrays.copyOf(platter, end);
        }
        System.arraycopy(cache, start, platter, start, end - start);
    }

    void flipBit(int offset, int bit) {
        cache[offset] ^= (byte) (1 << bit);
        if (offset < platter.length) {
            platter[offset] ^= (byte) (1 << bit);
        }
    }

    void zero(int offset, int bytes) {
        Arrays.fill(cache, offset, Math.min(size, offset + bytes), (byte) 0);
        Arrays.fill(platter, Math.min(offset, platter.length), Math.min(platter.length, offset + bytes), (byte) 0);
    }
}
