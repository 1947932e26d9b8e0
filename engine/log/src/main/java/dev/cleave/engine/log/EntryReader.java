package dev.cleave.engine.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Reads entries at the places the index names and checks each against its CRC. Owned by the log agent. */
final class EntryReader {
    private final Segments segments;
    private final CRC32C crc = new CRC32C();

    EntryReader(Segments segments) {
        this.segments = segments;
    }

    /** The last entry from {@code from} on that fits {@code bytesMax}, at least {@code from} itself, which is held. */
    long lastThatFits(EntryPlaces places, long from, long toInclusive, int bytesMax) {
        long bytes = places.length(from);
        long last = from;
        while (last < Math.min(toInclusive, places.last()) && bytes + places.length(last + 1) <= bytesMax) {
            bytes += places.length(++last);
        }
        return last;
    }

    /** The held entries {@code from..last}, back to back. */
    ByteBuffer read(EntryPlaces places, long from, long last) {
        int bytes = 0;
        for (long index = from; index <= last; index++) {
            bytes = Math.addExact(bytes, places.length(index));
        }
        ByteBuffer into = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long start = from;
        while (start <= last) {
            long end = start;
            while (end < last && isNext(places, end)) {
                end++;
            }
            readRun(places, start, end, into);
            start = end + 1;
        }
        return into.flip();
    }

    /** Whether the entry after {@code index} lies right behind it. */
    private static boolean isNext(EntryPlaces places, long index) {
        return places.segment(index) == places.segment(index + 1)
                && places.offset(index) + places.length(index) == places.offset(index + 1);
    }

    private void readRun(EntryPlaces places, long start, long end, ByteBuffer into) {
        int segment = places.segment(start);
        int offset = places.offset(start);
        int at = into.position();
        int length = places.offset(end) + places.length(end) - offset;
        into.limit(at + length);
        int read = segments.read(segment, offset, into);
        if (read != length) {
            throw damaged(segment, "segment " + segment + " ends inside the entries at offset " + offset);
        }
        for (long index = start; index <= end; index++) {
            crc.reset();
            crc.update(into.array(), at, places.length(index));
            if ((int) crc.getValue() != places.crc(index)) {
                throw damaged(
                        segment,
                        "entry " + index + " in segment " + segment + " at offset " + places.offset(index)
                                + " is not what was written");
            }
            at += places.length(index);
        }
        into.limit(into.capacity());
    }

    /** The next opening must read the segment, whatever its summary says. */
    private DiskFailure damaged(int segment, String what) {
        segments.dropSummary(segment);
        return DiskFailure.damaged(what);
    }
}
