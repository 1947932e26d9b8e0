package dev.cleave.engine.log;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.agrona.collections.Long2LongHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Notes what the records of one segment change in the index, while they are appended or read, and makes the segment's summary of it.
 * Gives up, and makes none, where anything is out of the ordinary: such a segment is always read. Owned by whoever owns the index.
 */
final class SummaryWriter {
    private static final int PLACES_MIN = 16;

    private final PackedNumbers out = new PackedNumbers();
    private final Long2LongHashMap places = new Long2LongHashMap(-1);
    private final CRC32C crc = new CRC32C();
    private final int bytesMax;
    /** By place of a group: its id, the replica and term noted last, and the index after the entry noted last. */
    private long[] groups = new long[PLACES_MIN];

    private long[] replicas = new long[PLACES_MIN];
    private long[] terms = new long[PLACES_MIN];
    private long[] nextIndexes = new long[PLACES_MIN];

    private boolean isActive;
    private int segment;
    private int opening;
    private int sections;
    private int sectionOffset;
    private long firstSequence;
    private int firstOffset;
    private int firstCrc;
    private long lastSequence;
    private int lastOffset;
    private int lastCrc;

    /**
     * @param bytesMax the largest summary; a segment of which there is more to tell is read
     */
    SummaryWriter(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Starts a summary of {@code ofSegment}, from its first record on. */
    void begin(int ofSegment) {
        isActive = true;
        segment = ofSegment;
        sections = 0;
        sectionOffset = 0;
        firstSequence = -1;
        places.clear();
        out.clear(SummaryLayout.HEADER_BYTES);
    }

    void giveUp() {
        isActive = false;
    }

    /** The next record of the segment, whose sections are noted sooner or later. */
    void record(int offset, long sequence, int ofCrc, int ofOpening) {
        if (firstSequence < 0) {
            firstSequence = sequence;
            firstOffset = offset;
            firstCrc = ofCrc;
            opening = ofOpening;
        } else if (sequence != lastSequence + 1 || ofOpening != opening) {
            giveUp();
        }
        lastSequence = sequence;
        lastOffset = offset;
        lastCrc = ofCrc;
    }

    /** A section that counts; its parts follow. */
    void section(long group, long replica, int flags, int offset, int previousSegment, int previousOffset) {
        if (!isActive) {
            return;
        }
        sections++;
        int place = (int) places.get(group);
        if (place < 0) {
            place = places.size();
            add(place, group, replica);
            out.put(place);
            out.put(group);
            out.put(replica);
            out.put(previousSegment);
            out.put(previousOffset);
        } else {
            out.put(place);
        }
        boolean isOther = replicas[place] != replica;
        out.put(isOther ? flags | SummaryLayout.OTHER_REPLICA : flags);
        if (isOther) {
            replicas[place] = replica;
            out.put(replica);
        }
        out.put(offset - sectionOffset);
        sectionOffset = offset;
        if (out.size() > bytesMax) {
            giveUp();
        }
    }

    private void add(int place, long group, long replica) {
        if (place == groups.length) {
            groups = Arrays.copyOf(groups, 2 * place);
            replicas = Arrays.copyOf(replicas, 2 * place);
            terms = Arrays.copyOf(terms, 2 * place);
            nextIndexes = Arrays.copyOf(nextIndexes, 2 * place);
        }
        places.put(group, place);
        groups[place] = group;
        replicas[place] = replica;
        terms[place] = 0;
        nextIndexes[place] = 0;
    }

    void base(long index, long term) {
        if (isActive) {
            out.put(index);
            out.put(term);
        }
    }

    /** Entries {@code first} and following of the section noted last; each of them is told by {@link #entry}. */
    void entries(long group, int count, long first, int offset) {
        if (isActive) {
            int place = (int) places.get(group);
            out.put(count);
            out.putSigned(first - nextIndexes[place]);
            out.put(offset - sectionOffset);
            nextIndexes[place] = first + count;
        }
    }

    void entry(long group, long term, int length, int ofCrc) {
        if (isActive) {
            int place = (int) places.get(group);
            out.putSigned(term - terms[place]);
            out.put(length);
            out.putInt(ofCrc);
            terms[place] = term;
        }
    }

    /** The summary of the segment, whose last record has been noted and which is forced; null if there is none. Starts over with {@link #begin}. */
    @Nullable
    ByteBuffer seal(LogIndex index, long logId) {
        if (!isActive || firstSequence < 0) {
            return null;
        }
        int states = states(index);
        isActive = false;
        if (out.size() > bytesMax) {
            return null;
        }
        ByteBuffer summary = out.buffer().flip();
        summary.putInt(0, SummaryLayout.MAGIC);
        summary.putInt(SummaryLayout.LENGTH, summary.limit());
        summary.putInt(SummaryLayout.FORMAT, SummaryLayout.VERSION);
        summary.putLong(SummaryLayout.LOG_ID, logId);
        summary.putInt(SummaryLayout.SEGMENT, segment);
        summary.putInt(SummaryLayout.OPENING, opening);
        summary.putLong(SummaryLayout.FIRST_SEQUENCE, firstSequence);
        summary.putLong(SummaryLayout.LAST_SEQUENCE, lastSequence);
        summary.putInt(SummaryLayout.FIRST_OFFSET, firstOffset);
        summary.putInt(SummaryLayout.FIRST_CRC, firstCrc);
        summary.putInt(SummaryLayout.LAST_OFFSET, lastOffset);
        summary.putInt(SummaryLayout.LAST_CRC, lastCrc);
        summary.putInt(SummaryLayout.SECTION_COUNT, sections);
        summary.putInt(SummaryLayout.STATE_COUNT, states);
        crc.reset();
        crc.update(summary.array(), SummaryLayout.CRC_FROM, summary.limit() - SummaryLayout.CRC_FROM);
        summary.putInt(SummaryLayout.CRC, (int) crc.getValue());
        return summary;
    }

    /** Hard states and marks overwrite each other: those are told that hold at the end. */
    private int states(LogIndex index) {
        int count = 0;
        for (int place = 0; place < places.size(); place++) {
            GroupLog group = index.find(groups[place]);
            boolean hasHardState = group != null && group.hasHardState && group.hardStateSegment == segment;
            boolean hasMark = group != null && group.markSegment == segment;
            if (group != null && (hasHardState || hasMark)) {
                count++;
                out.put(place);
                out.put((hasHardState ? SummaryLayout.HAS_HARD_STATE : 0) | (hasMark ? SummaryLayout.HAS_MARK : 0));
                if (hasHardState) {
                    out.put(group.term);
                    out.put(group.votedFor);
                    out.put(group.commit);
                }
                if (hasMark) {
                    out.putBytes(group.mark);
                }
            }
        }
        return count;
    }
}
