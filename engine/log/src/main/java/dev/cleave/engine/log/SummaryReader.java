package dev.cleave.engine.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A sound summary of a segment: takes the place of the segment's records when the index is filled at opening. */
final class SummaryReader {
    private final ByteBuffer bytes;

    private SummaryReader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** Null if {@code found} is not, whole and unharmed, the summary of this log's {@code segment} in the format that is known here. */
    static @Nullable SummaryReader of(@Nullable ByteBuffer found, long logId, int segment) {
        if (found == null || found.remaining() < SummaryLayout.HEADER_BYTES) {
            return null;
        }
        ByteBuffer bytes = found.slice().order(ByteOrder.LITTLE_ENDIAN);
        boolean isWhole = bytes.getInt(0) == SummaryLayout.MAGIC
                && bytes.getInt(SummaryLayout.LENGTH) == bytes.limit()
                && bytes.getInt(SummaryLayout.CRC) == crcOf(bytes);
        boolean isRight = isWhole
                && bytes.getInt(SummaryLayout.FORMAT) == SummaryLayout.VERSION
                && bytes.getLong(SummaryLayout.LOG_ID) == logId
                && bytes.getInt(SummaryLayout.SEGMENT) == segment;
        return isRight ? new SummaryReader(bytes) : null;
    }

    private static int crcOf(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().position(SummaryLayout.CRC_FROM));
        return (int) crc.getValue();
    }

    int segment() {
        return bytes.getInt(SummaryLayout.SEGMENT);
    }

    int opening() {
        return bytes.getInt(SummaryLayout.OPENING);
    }

    long firstSequence() {
        return bytes.getLong(SummaryLayout.FIRST_SEQUENCE);
    }

    long lastSequence() {
        return bytes.getLong(SummaryLayout.LAST_SEQUENCE);
    }

    /** Whether the segment still begins and ends with the records that were summed up. Whatever lies between them is not looked at. */
    boolean isOf(RecordScanner scanner) {
        return isAt(scanner, SummaryLayout.FIRST_OFFSET, SummaryLayout.FIRST_CRC, firstSequence())
                && isAt(scanner, SummaryLayout.LAST_OFFSET, SummaryLayout.LAST_CRC, lastSequence());
    }

    private boolean isAt(RecordScanner scanner, int offsetField, int crcField, long sequence) {
        int offset = bytes.getInt(offsetField);
        scanner.start(segment(), offset);
        return scanner.advance()
                && scanner.offset() == offset
                && scanner.sequence() == sequence
                && scanner.crc() == bytes.getInt(crcField);
    }

    /** A group as told so far. */
    private static final class Told {
        final long group;
        long replica;
        long term;
        long nextIndex;

        Told(long group, long replica) {
            this.group = group;
            this.replica = replica;
        }
    }

    /** Changes {@code index} as the segment's records would, one by one. */
    void replay(LogIndex index, LogIndex.Chain chain) {
        ByteBuffer in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(SummaryLayout.HEADER_BYTES);
        List<Told> told = new ArrayList<>();
        int offset = 0;
        for (int left = bytes.getInt(SummaryLayout.SECTION_COUNT); left > 0; left--) {
            int place = (int) PackedNumbers.get(in);
            boolean isNew = place == told.size();
            long previousSegment = 0;
            long previousOffset = 0;
            if (isNew) {
                told.add(new Told(PackedNumbers.get(in), PackedNumbers.get(in)));
                previousSegment = PackedNumbers.get(in);
                previousOffset = PackedNumbers.get(in);
            }
            Told group = told.get(place);
            int flags = (int) PackedNumbers.get(in);
            if ((flags & SummaryLayout.OTHER_REPLICA) != 0) {
                flags &= ~SummaryLayout.OTHER_REPLICA;
                group.replica = PackedNumbers.get(in);
            }
            offset += (int) PackedNumbers.get(in);
            boolean counts = !isNew
                    || chain.link(
                            index,
                            group.group,
                            group.replica,
                            (int) previousSegment,
                            (int) previousOffset,
                            flags == RecordLayout.VOUCH);
            if (counts && flags != RecordLayout.VOUCH) {
                section(in, index, group, flags, offset, chain);
            }
        }
        for (int left = bytes.getInt(SummaryLayout.STATE_COUNT); left > 0; left--) {
            state(in, index, told.get((int) PackedNumbers.get(in)).group);
        }
    }

    private void section(ByteBuffer in, LogIndex index, Told told, int flags, int offset, LogIndex.Chain chain) {
        GroupLog group = index.begin(told.group, told.replica, flags, chain);
        if (group == null) {
            throw new IllegalStateException("the summary of log segment " + segment() + " tells of group " + told.group
                    + " what cannot be: delete the log's *.summary files and start again");
        }
        if ((flags & RecordLayout.RESET) != 0) {
            group.reset(PackedNumbers.get(in), PackedNumbers.get(in), segment());
        }
        if ((flags & RecordLayout.ENTRIES) != 0) {
            entries(in, group, told, offset);
        }
        if ((flags & RecordLayout.COMPACTION) != 0) {
            group.compact(PackedNumbers.get(in), PackedNumbers.get(in), segment());
        }
        if ((flags & RecordLayout.MARK) != 0) {
            group.mark = LogWrite.Section.NO_MARK;
            group.markSegment = 0;
        }
        if ((flags & RecordLayout.BROKEN) != 0) {
            group.breakUp();
            group.brokenSegment = segment();
        }
        index.end(group, segment(), offset);
    }

    private void entries(ByteBuffer in, GroupLog group, Told told, int sectionOffset) {
        int count = (int) PackedNumbers.get(in);
        long entryIndex = told.nextIndex + PackedNumbers.getSigned(in);
        int at = sectionOffset + (int) PackedNumbers.get(in);
        told.nextIndex = entryIndex + count;
        for (int i = 0; i < count; i++) {
            told.term += PackedNumbers.getSigned(in);
            int length = (int) PackedNumbers.get(in);
            group.place(entryIndex + i, told.term, segment(), at, length, in.getInt());
            at += length;
        }
    }

    private void state(ByteBuffer in, LogIndex index, long id) {
        GroupLog group = index.findOrAdd(id);
        long parts = PackedNumbers.get(in);
        if ((parts & SummaryLayout.HAS_HARD_STATE) != 0) {
            group.hasHardState = true;
            group.term = PackedNumbers.get(in);
            group.votedFor = PackedNumbers.get(in);
            group.commit = PackedNumbers.get(in);
            group.hardStateSegment = segment();
        }
        if ((parts & SummaryLayout.HAS_MARK) != 0) {
            group.mark = PackedNumbers.getBytes(in);
            group.markSegment = segment();
        }
        index.repin(group);
    }
}
