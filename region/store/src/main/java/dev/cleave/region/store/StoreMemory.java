package dev.cleave.region.store;

/**
 * How the memory of a store's process is shared out. Beside it the JVM takes about 100 MiB for itself (classes, compiled code, thread stacks), and up to
 * two segments of the log lie mapped (128 MiB, which the kernel may take back).
 *
 * <pre>
 * 1/2   heap, of it   1/6 of the heap requests in flight
 *                     1/6 of the heap entries kept in memory for followers that lag
 * 1/6   direct buffers: network, records of the log
 * 1/3   engine: block cache and write buffers, and what RocksDB takes beside
 * </pre>
 *
 * The heap and the direct buffers are bounded by the JVM's flags, which {@code bin/cleave} derives from the same figure.
 *
 * @param bytes all of it, {@value #BYTES_MIN} at least
 */
public record StoreMemory(long bytes) {
    public static final long BYTES_MIN = 192L << 20;
    private static final long IN_FLIGHT_BYTES_MIN = 16L << 20;

    public StoreMemory {
        if (bytes < BYTES_MIN) {
            throw new IllegalArgumentException("a store needs 192MiB of memory at least, not " + bytes + " bytes");
        }
    }

    /** 384 MiB. */
    public static StoreMemory defaults() {
        return new StoreMemory(384L << 20);
    }

    /** From a text like {@code 384MiB} or {@code 2GiB}. */
    public static StoreMemory parse(String text) {
        int unit = text.endsWith("MiB") ? 20 : text.endsWith("GiB") ? 30 : 0;
        String number = unit == 0 ? "" : text.substring(0, text.length() - 3);
        if (!number.matches("[1-9][0-9]{0,6}")) {
            throw new IllegalArgumentException("'" + text + "' is no size like 384MiB or 2GiB");
        }
        return new StoreMemory(Long.parseLong(number) << unit);
    }

    public long engineBytes() {
        return bytes / 3;
    }

    public long inFlightBytes() {
        return Math.max(IN_FLIGHT_BYTES_MIN, bytes / 12);
    }

    public long entryCacheBytes() {
        return bytes / 12;
    }
}
