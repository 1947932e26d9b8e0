package dev.cleave.engine.log;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import net.openhft.chronicle.core.time.TimeProvider;
import net.openhft.chronicle.queue.RollCycle;

/**
 * Lets Chronicle Queue roll when we say so instead of by time: its "now" is the number of our segment. A file is named after that
 * second of 1970.
 */
final class SizedRolls implements RollCycle {
    private static final String FORMAT = "'cleave-'yyyyMMddHHmmss";
    private static final int CYCLE_SHIFT = 32;
    private static final long SEQUENCE_MASK = (1L << CYCLE_SHIFT) - 1;

    private final int indexCount;
    private volatile int cycle;

    SizedRolls(int indexCount) {
        this.indexCount = indexCount;
    }

    void rollTo(int segment) {
        cycle = segment;
    }

    /** The name, without suffix, of the file of a segment. */
    static String fileName(int segment) {
        return DateTimeFormatter.ofPattern(FORMAT).withZone(ZoneOffset.UTC).format(Instant.ofEpochSecond(segment));
    }

    /** The segment whose file is named so. */
    static int segment(String fileName) {
        return Math.toIntExact(DateTimeFormatter.ofPattern(FORMAT)
                .withZone(ZoneOffset.UTC)
                .parse(fileName, Instant::from)
                .getEpochSecond());
    }

    @Override
    public String format() {
        return FORMAT;
    }

    @Override
    public int lengthInMillis() {
        return 1000;
    }

    @Override
    public int defaultIndexCount() {
        return indexCount;
    }

    @Override
    public int defaultIndexSpacing() {
        return 64;
    }

    @Override
    public int current(TimeProvider time, long epoch) {
        return cycle;
    }

    @Override
    public long toIndex(int ofCycle, long sequence) {
        return ((long) ofCycle << CYCLE_SHIFT) + (sequence & SEQUENCE_MASK);
    }

    @Override
    public long toSequenceNumber(long index) {
        return index & SEQUENCE_MASK;
    }

    @Override
    public int toCycle(long index) {
        return Math.toIntExact(index >>> CYCLE_SHIFT);
    }

    @Override
    public long maxMessagesPerCycle() {
        return Math.min((long) indexCount * indexCount * defaultIndexSpacing(), SEQUENCE_MASK);
    }
}
