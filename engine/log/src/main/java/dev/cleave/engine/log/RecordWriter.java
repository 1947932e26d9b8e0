package dev.cleave.engine.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Encodes one record at a time into one reused direct buffer, section by section. Lays out what {@link RecordLayout} draws. */
final class RecordWriter {
    private final ByteBuffer buffer;
    private final CRC32C crc = new CRC32C();
    private int sectionCount;
    private int sectionStart;
    private int sectionFlags;
    private int entriesStart;
    private int entryCount;

    RecordWriter(int recordBytesMax) {
        buffer = ByteBuffer.allocateDirect(recordBytesMax).order(ByteOrder.LITTLE_ENDIAN);
        clear();
    }

    void clear() {
        buffer.clear().position(RecordLayout.HEADER_BYTES);
        sectionCount = 0;
    }

    boolean isEmpty() {
        return sectionCount == 0;
    }

    int bytes() {
        return buffer.position();
    }

    /** Whether {@code bytes} more fit, with what ends a section. */
    boolean fits(int bytes) {
        return buffer.position() + bytes + RecordLayout.ALIGNMENT <= buffer.capacity();
    }

    /** Begins a section and returns its offset in the record. */
    int beginSection(long group, long replicaId, int previousSegment, int previousOffset) {
        sectionStart = buffer.position();
        sectionFlags = 0;
        entryCount = 0;
        sectionCount++;
        buffer.putLong(group).putLong(replicaId).putInt(0).putInt(0);
        buffer.putInt(previousSegment).putInt(previousOffset);
        return sectionStart;
    }

    void flag(int flag) {
        sectionFlags |= flag;
    }

    void reset(long index, long term) {
        flag(RecordLayout.RESET);
        buffer.putLong(index).putLong(term);
    }

    /** Whether one more entry fits, with the header of the entries if it is the first. */
    boolean fitsEntry(int bytes) {
        return fits(bytes + RecordLayout.ENTRIES_HEADER_BYTES);
    }

    void entry(ByteBuffer entry) {
        if (entryCount++ == 0) {
            flag(RecordLayout.ENTRIES);
            entriesStart = buffer.position();
            buffer.putInt(0).putInt(0);
        }
        int at = buffer.position();
        buffer.put(at, entry, entry.position(), entry.remaining());
        buffer.position(at + entry.remaining());
    }

    void hardState(long term, long votedFor, long commit) {
        flag(RecordLayout.HARD_STATE);
        buffer.putLong(term).putLong(votedFor).putLong(commit);
    }

    void compaction(long index, long term) {
        flag(RecordLayout.COMPACTION);
        buffer.putLong(index).putLong(term);
    }

    void mark(byte[] mark) {
        flag(RecordLayout.MARK);
        buffer.putInt(mark.length).put(mark);
    }

    /** Ends the entries of the section; hard state, compaction and mark come after them. */
    void endEntries() {
        if (entryCount > 0) {
            buffer.putInt(entriesStart, entryCount);
            buffer.putInt(entriesStart + 4, buffer.position() - entriesStart - RecordLayout.ENTRIES_HEADER_BYTES);
        }
    }

    void endSection() {
        while (buffer.position() % RecordLayout.ALIGNMENT != 0) {
            buffer.put((byte) 0);
        }
        buffer.putInt(sectionStart + RecordLayout.SECTION_LENGTH, buffer.position() - sectionStart);
        buffer.putInt(sectionStart + RecordLayout.SECTION_FLAGS, sectionFlags);
    }

    /** Completes the record and lends it, until {@link #clear}. */
    ByteBuffer finish(RecordStamp stamp, int flags, long sequence, long forcedSequence, int segment) {
        int length = buffer.position();
        buffer.putInt(0, RecordLayout.MAGIC);
        buffer.putInt(RecordLayout.LENGTH, length);
        buffer.putShort(RecordLayout.FORMAT, (short) RecordLayout.VERSION);
        buffer.putShort(RecordLayout.FLAGS, (short) flags);
        buffer.putLong(RecordLayout.LOG_ID, stamp.logId());
        buffer.putLong(RecordLayout.SEQUENCE, sequence);
        buffer.putLong(RecordLayout.FORCED_SEQUENCE, forcedSequence);
        buffer.putLong(RecordLayout.OPENING_SEQUENCE, stamp.openingSequence());
        buffer.putInt(RecordLayout.OPENING, stamp.opening());
        buffer.putInt(RecordLayout.SEGMENT, segment);
        buffer.putInt(RecordLayout.SECTION_COUNT, sectionCount);
        buffer.putInt(RecordLayout.SECTION_COUNT + 4, 0);
        crc.reset();
        crc.update(buffer.limit(length).position(RecordLayout.CRC_FROM));
        buffer.putInt(RecordLayout.CRC, (int) crc.getValue());
        return buffer.position(0);
    }
}
