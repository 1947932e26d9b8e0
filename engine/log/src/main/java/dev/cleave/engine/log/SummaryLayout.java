package dev.cleave.engine.log;

/**
 * The bytes of a segment's summary: what its records change in the log's index, without the entries themselves. Numbers marked <i>v</i> are
 * varints (7 bits a byte, the low ones first), <i>z</i> are signed ones, zigzag.
 *
 * <pre>
 * offset size field
 *  0      4   magic "CSUM"
 *  4      4   length of the whole summary
 *  8      4   CRC32C of the bytes from 12 to the end
 * 12      2   format version, 1
 * 14      2   zero
 * 16      8   id of the log
 * 24      4   number of the segment
 * 28      4   opening in which its records were written
 * 32      8   sequence of its first record
 * 40      8   sequence of its last record
 * 48      8   offset and CRC of its first record
 * 56      8   offset and CRC of its last record
 * 64      4   count of sections
 * 68      4   count of states
 * 72      n   sections, in the order of the segment
 *  .      n   states, as they were at the segment's end
 *
 * section
 *  v   place of the group in the order of first appearance here; the next free one brings in a new group, and then
 *      v group, v replica id, v segment and v offset of the group's section before this one
 *  v   flags as in the record; 256 another replica id follows
 *  v   replica id, if so
 *  v   how far the section lies behind the one before it here
 *  vv  reset: index, term
 *  v   entries: count, z how far the first index is from the one after the last noted here, v how far the entries lie behind the
 *      section's beginning; for each z term less the one before, v length, 4 CRC32C
 *  vv  compaction: index, term
 *
 * state
 *  v   place of the group
 *  v   1 hard state, 2 mark: those that were written in this segment and still hold at its end
 *  vvv hard state: term, voted for, commit
 *  v   mark: length, bytes
 * </pre>
 */
final class SummaryLayout {
    static final int MAGIC = 'C' | 'S' << 8 | 'U' << 16 | 'M' << 24;
    static final int VERSION = 1;

    static final int LENGTH = 4;
    static final int CRC = 8;
    static final int CRC_FROM = 12;
    static final int FORMAT = 12;
    static final int LOG_ID = 16;
    static final int SEGMENT = 24;
    static final int OPENING = 28;
    static final int FIRST_SEQUENCE = 32;
    static final int LAST_SEQUENCE = 40;
    static final int FIRST_OFFSET = 48;
    static final int FIRST_CRC = 52;
    static final int LAST_OFFSET = 56;
    static final int LAST_CRC = 60;
    static final int SECTION_COUNT = 64;
    static final int STATE_COUNT = 68;
    static final int HEADER_BYTES = 72;

    static final int OTHER_REPLICA = 256;
    static final int HAS_HARD_STATE = 1;
    static final int HAS_MARK = 2;

    private SummaryLayout() {}
}
