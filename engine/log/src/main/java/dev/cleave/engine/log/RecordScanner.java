package dev.cleave.engine.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Walks the sound records of one segment after another, whatever lies between them: it looks for the magic at each multiple of 4 and
 * believes only what the CRC confirms. Jumps over whole records, so their contents are never mistaken for records.
 */
final class RecordScanner {
    private static final int WINDOW_BYTES_MIN = 1 << 20;

    private final Segments segments;
    private final CRC32C crc = new CRC32C();
    private ByteBuffer window = ByteBuffer.allocateDirect(WINDOW_BYTES_MIN).order(ByteOrder.LITTLE_ENDIAN);
    /** The window holds {@code windowBytes} of the segment from {@code windowStart} on. */
    private long windowStart;

    private int windowBytes;
    private int segment;
    private long segmentBytes;
    private long next;
    private int base;
    private long logId;

    RecordScanner(Segments segments) {
        this.segments = segments;
    }

    /** From now on only records of this log count; 0 for any. */
    void expect(long ofLogId) {
        logId = ofLogId;
    }

    /** Goes to {@code offset} of {@code ofSegment}. */
    void start(int ofSegment, long offset) {
        segment = ofSegment;
        segmentBytes = segments.bytes(ofSegment);
        next = offset;
        windowStart = offset;
        windowBytes = 0;
    }

    /** Moves to the next sound record of the segment; false if there is none. */
    boolean advance() {
        while (next + RecordLayout.HEADER_BYTES <= segmentBytes) {
            if (!ensure(RecordLayout.HEADER_BYTES)) {
                return false;
            }
            int at = findMagic((int) (next - windowStart));
            next = windowStart + at;
            if (at + RecordLayout.HEADER_BYTES <= windowBytes) {
                if (isSound()) {
                    base = (int) (next - windowStart);
                    next += length();
                    return true;
                }
                next += RecordLayout.ALIGNMENT;
            }
        }
        return false;
    }

    ByteBuffer buffer() {
        return window;
    }

    /** Where the record begins in {@link #buffer}. */
    int base() {
        return base;
    }

    int segment() {
        return segment;
    }

    /** Where the record begins in its segment. */
    int offset() {
        return (int) (windowStart + base);
    }

    int length() {
        return window.getInt(base + RecordLayout.LENGTH);
    }

    int flags() {
        return window.getShort(base + RecordLayout.FLAGS);
    }

    int crc() {
        return window.getInt(base + RecordLayout.CRC);
    }

    long logId() {
        return window.getLong(base + RecordLayout.LOG_ID);
    }

    long sequence() {
        return window.getLong(base + RecordLayout.SEQUENCE);
    }

    long forcedSequence() {
        return window.getLong(base + RecordLayout.FORCED_SEQUENCE);
    }

    long openingSequence() {
        return window.getLong(base + RecordLayout.OPENING_SEQUENCE);
    }

    int opening() {
        return window.getInt(base + RecordLayout.OPENING);
    }

    /** The place in the window of the next magic at or after {@code at}; short of a header's length to its end if there is none. */
    private int findMagic(int at) {
        int end = windowBytes - RecordLayout.HEADER_BYTES;
        while (at <= end && window.getInt(at) != RecordLayout.MAGIC) {
            at += RecordLayout.ALIGNMENT;
        }
        return at;
    }

    /** Whether a record of this segment and log begins at {@code next}, all of it and unharmed. */
    private boolean isSound() {
        base = (int) (next - windowStart);
        int length = length();
        boolean mayBe = length >= RecordLayout.HEADER_BYTES
                && length <= LogOptions.RECORD_BYTES_LIMIT
                && length % RecordLayout.ALIGNMENT == 0
                && next + length <= segmentBytes;
        if (!mayBe || !ensure(length)) {
            return false;
        }
        base = (int) (next - windowStart);
        crc.reset();
        crc.update(window.limit(base + length).position(base + RecordLayout.CRC_FROM));
        window.clear();
        if ((int) crc.getValue() != window.getInt(base + RecordLayout.CRC)) {
            return false;
        }
        int version = window.getShort(base + RecordLayout.FORMAT);
        if (version != RecordLayout.VERSION) {
            throw new IllegalStateException("segment " + segment + " holds records of format " + version
                    + "; this program reads format " + RecordLayout.VERSION + ": start the newer program");
        }
        return window.getInt(base + RecordLayout.SEGMENT) == segment && (logId == 0 || logId() == logId);
    }

    /** Makes the window hold {@code bytes} from {@code next} on; false if the segment has not as many. */
    private boolean ensure(int bytes) {
        if (next >= windowStart && next + bytes <= windowStart + windowBytes) {
            return true;
        }
        if (window.capacity() < bytes) {
            window = ByteBuffer.allocateDirect(Math.max(bytes, 2 * window.capacity()))
                    .order(ByteOrder.LITTLE_ENDIAN);
        }
        windowStart = next;
        windowBytes = segments.read(segment, next, window.clear());
        window.clear();
        return windowBytes >= bytes;
    }
}
