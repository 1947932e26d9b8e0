package dev.cleave.engine.log;

import dev.cleave.engine.base.Invariant;
import java.nio.ByteBuffer;

/**
 * The writing end of the log: gathers sections into records, appends and forces them, and lets the index read what was appended.
 * Sections added between two forces are durable together or not acknowledged. Owned by the log agent.
 */
final class Journal {
    /** Beside its entries: the record and section headers of each of its parts, and what containers put around a record. */
    private static final int PART_OVERHEAD_BYTES =
            RecordLayout.HEADER_BYTES + RecordLayout.SECTION_OVERHEAD_BYTES_MAX + 16;

    private final Segments segments;
    private final LogIndex index;
    private final LogOptions options;
    private final RecordStamp stamp;
    private final RecordWriter writer;
    private long nextSequence;
    /** Up to here all may be acknowledged; up to {@code durableSequence} all is really on disk. They differ only without sync. */
    private long forcedSequence;

    private long durableSequence;
    /** The durable sequence that a record on its way to disk names. */
    private long namedSequence;

    private int segment;
    private int appendedEnd;
    private long unforcedBytes;
    private int firstFlag;

    Journal(Segments segments, LogIndex index, LogOptions options, RecordStamp stamp) {
        this.segments = segments;
        this.index = index;
        this.options = options;
        this.stamp = stamp;
        writer = new RecordWriter(options.recordBytesMax());
        nextSequence = stamp.openingSequence();
        forcedSequence = nextSequence - 1;
        durableSequence = forcedSequence;
    }

    int segment() {
        return segment;
    }

    /** An upper bound of what {@code section} takes of a segment. */
    int bytesMax(LogWrite.Section section) {
        return bytesMax(section.entryBytes(), section.mark.length);
    }

    int bytesMax(int entryBytes, int markBytes) {
        // Two neighbouring parts fill more than one record, or they would be one part.
        int parts = 2 + 2 * (entryBytes / options.recordBytesMax() + 1);
        return entryBytes + markBytes + parts * PART_OVERHEAD_BYTES;
    }

    /** Whether {@code bytes} more fit the current segment beside what is gathered. */
    boolean hasRoom(int bytes) {
        return segments.remainingBytes() - (writer.isEmpty() ? 0 : writer.bytes()) >= bytes;
    }

    /** What has been gathered and appended since the last force. */
    long unforcedBytes() {
        return unforcedBytes + (writer.isEmpty() ? 0 : writer.bytes());
    }

    boolean isAllForced() {
        return writer.isEmpty() && forcedSequence == nextSequence - 1;
    }

    /** Whether the newest record that was forced is named as forced by none after it yet. */
    boolean hasUnnamedForce() {
        return namedSequence < durableSequence;
    }

    /** Adds a section, for which there must be room; it is on disk after the next {@link #force}. Stale ones are left out. */
    void add(LogWrite.Section section) {
        GroupLog group = index.findOrAdd(section.group);
        if (!group.plan.admit(section)) {
            return;
        }
        if (!writer.isEmpty() && !writer.fits(section.entryBytes() + section.mark.length + PART_OVERHEAD_BYTES)) {
            append(0);
        }
        begin(group, section.replicaId);
        if (section.isRemoval) {
            writer.flag(RecordLayout.REMOVAL);
        }
        if (section.hasReset) {
            writer.reset(section.resetIndex, section.resetTerm);
        }
        for (int i = 0; i < section.entries.size(); i++) {
            ByteBuffer entry = section.entries.get(i);
            if (!writer.fitsEntry(entry.remaining())) {
                goOn(group, section.replicaId);
            }
            writer.entry(entry);
        }
        addState(group, section);
    }

    private void addState(GroupLog group, LogWrite.Section section) {
        if (!writer.fits(section.mark.length + RecordLayout.SECTION_OVERHEAD_BYTES_MAX)) {
            goOn(group, section.replicaId);
        } else {
            writer.endEntries();
        }
        if (section.hasHardState) {
            writer.hardState(section.term, section.votedFor, section.commit);
        }
        if (section.compactIndex > 0) {
            writer.compaction(section.compactIndex, section.compactTerm);
        }
        if (section.hasMark) {
            writer.mark(section.mark);
        }
        if (section.isBroken) {
            writer.flag(RecordLayout.BROKEN);
        }
        writer.endSection();
    }

    private void begin(GroupLog group, long replicaId) {
        SectionPlan plan = group.plan;
        boolean isInThisRecord = plan.recordSequence == nextSequence;
        int previousSegment = isInThisRecord ? RecordLayout.PREVIOUS_IN_THIS_RECORD : group.lastSegment;
        int previousOffset = isInThisRecord ? plan.recordOffset : group.lastOffset;
        plan.recordOffset = writer.beginSection(group.group, replicaId, previousSegment, previousOffset);
        plan.recordSequence = nextSequence;
    }

    /** Ends this part of a section and its record, and begins the next part in the next record. */
    private void goOn(GroupLog group, long replicaId) {
        writer.endEntries();
        writer.endSection();
        append(RecordLayout.GOES_ON);
        begin(group, replicaId);
    }

    /** Appends what is gathered, so that it can be read; it is not durable yet. */
    void flush() {
        if (!writer.isEmpty()) {
            append(0);
        }
    }

    private void append(int flags) {
        ByteBuffer record = writer.finish(stamp, flags | firstFlag, nextSequence, durableSequence, segment);
        int length = record.remaining();
        int crc = record.getInt(RecordLayout.CRC);
        int offset = segments.append(record);
        Invariant.check(offset % RecordLayout.ALIGNMENT == 0, "records are aligned", offset);
        record.clear();
        index.summary().record(offset, nextSequence, crc, stamp.opening());
        index.apply(record, 0, segment, offset, LogIndex.Chain.TRUSTED);
        appendedEnd = offset + length;
        unforcedBytes += length;
        namedSequence = durableSequence;
        firstFlag = 0;
        nextSequence++;
        writer.clear();
    }

    /** Returns once all that was added is on disk. */
    void force() {
        flush();
        if (options.isSynced()) {
            reallyForce();
        }
        forcedSequence = nextSequence - 1;
        unforcedBytes = 0;
    }

    /** What is completed now leaves the log: a force must cover it, unless the log runs without. */
    void checkAcknowledgeable() {
        Invariant.check(
                !options.isSynced() || segment == 0 || segments.isForced(segment, appendedEnd),
                "no acknowledgement leaves before the force that covers it",
                segment,
                appendedEnd);
    }

    private void reallyForce() {
        segments.force();
        Invariant.check(
                segment == 0 || segments.isForced(segment, appendedEnd),
                "a force covers what was appended",
                appendedEnd);
        durableSequence = nextSequence - 1;
    }

    /** Appends, unforced, a record that names what is forced: less of the log is then a tail that may be cut unseen. */
    void nameForced() {
        Invariant.check(isAllForced(), "only what is forced is named");
        append(0);
    }

    /** Begins a new segment with a table of all groups; everything before must be forced. */
    void roll() {
        Invariant.check(isAllForced(), "a batch does not span a roll");
        reallyForce();
        sumUp();
        segment = segments.roll();
        index.summary().begin(segment);
        firstFlag = RecordLayout.IS_FIRST;
        for (GroupLog group : index.sorted()) {
            // Who is broken is not vouched for: until that is on disk, too, the next opening must come to the same end.
            if (group.isLive && group.lastSegment != 0 && !group.isBroken) {
                vouch(group);
            }
        }
        append(0);
        reallyForce();
        forcedSequence = durableSequence;
        unforcedBytes = 0;
    }

    /** Nothing more is written to the current segment, and all of it is forced: only such a one is summed up. */
    void sumUp() {
        Invariant.check(writer.isEmpty() && durableSequence == nextSequence - 1, "only what is forced is summed up");
        ByteBuffer summary = index.summary().seal(index, stamp.logId());
        if (summary != null && segments.usableBytes() >= options.freeBytesFloor()) {
            segments.keepSummary(segment, summary);
        }
    }

    /** At an orderly end, so that the next opening need not read the newest segment. */
    void sumUpLast() {
        if (segment != 0 && writer.isEmpty() && durableSequence == nextSequence - 1) {
            sumUp();
        }
    }

    private void vouch(GroupLog group) {
        if (!writer.fits(RecordLayout.SECTION_HEADER_BYTES)) {
            append(0);
        }
        writer.beginSection(group.group, group.replicaId, group.lastSegment, group.lastOffset);
        writer.flag(RecordLayout.VOUCH);
        writer.endSection();
    }
}
