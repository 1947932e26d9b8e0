package dev.cleave.engine.log;

/**
 * The bytes of a log record, all little endian. It lies at a multiple of 4 in its segment and its length is a multiple of 4; it is
 * found by its magic and CRC alone, whatever a container puts between two of them.
 *
 * <pre>
 * offset size field
 *  0      4   magic "CLOG"
 *  4      4   length of the whole record
 *  8      4   CRC32C of the bytes from 12 to the end
 * 12      2   format version, 1
 * 14      2   flags: 1 first record of its segment, 2 its last section goes on in the next record
 * 16      8   id of the log, drawn when it was created: a record copied into a value is not taken for ours
 * 24      8   sequence: one more than that of the record before
 * 32      8   forced sequence: all records up to it were known to be on disk when this one was written
 * 40      8   opening sequence: the first sequence of this opening; older records from it on are a cut tail, void
 * 48      4   opening: how often the log has been opened
 * 52      4   number of its segment
 * 56      4   count of sections
 * 60      4   zero
 * 64      n   sections, back to back
 *
 * section: what one group's replica changes; parts present by flag, applied in this order
 *  0      8   group
 *  8      8   replica id
 * 16      4   length of the whole section, a multiple of 4
 * 20      4   flags: 1 removal, 2 reset, 4 entries, 8 hard state, 16 compaction, 32 mark, 64 broken, 128 vouch
 * 24      4   segment of this group's previous section; 0 none, -1 this very record
 * 28      4   offset of that section in its segment, or in this record
 * 32     16   reset: index, term
 *         8   entries: count (4), bytes (4), then
 *         n   the entries, {@link dev.cleave.engine.base.EntryLayout}, verbatim
 *        24   hard state: term, voted for, commit
 *        16   compaction: index, term
 *       4+n   mark: length, bytes
 *      0..3   zeros
 * </pre>
 *
 * A removal with other parts beside it is a whole image: it voids everything earlier of that replica. A section in several records
 * counts only if all of them are there. A vouch changes nothing; it names the group's previous section, so that a hole before it
 * is known to have taken nothing (else) of that group. {@code broken} says that earlier sections of the replica are lost.
 */
final class RecordLayout {
    static final int MAGIC = 'C' | 'L' << 8 | 'O' << 16 | 'G' << 24;
    static final int VERSION = 1;
    static final int ALIGNMENT = 4;

    static final int LENGTH = 4;
    static final int CRC = 8;
    static final int CRC_FROM = 12;
    static final int FORMAT = 12;
    static final int FLAGS = 14;
    static final int LOG_ID = 16;
    static final int SEQUENCE = 24;
    static final int FORCED_SEQUENCE = 32;
    static final int OPENING_SEQUENCE = 40;
    static final int OPENING = 48;
    static final int SEGMENT = 52;
    static final int SECTION_COUNT = 56;
    static final int HEADER_BYTES = 64;

    static final int IS_FIRST = 1;
    static final int GOES_ON = 2;

    static final int SECTION_GROUP = 0;
    static final int SECTION_REPLICA = 8;
    static final int SECTION_LENGTH = 16;
    static final int SECTION_FLAGS = 20;
    static final int SECTION_PREVIOUS_SEGMENT = 24;
    static final int SECTION_PREVIOUS_OFFSET = 28;
    static final int SECTION_HEADER_BYTES = 32;

    static final int REMOVAL = 1;
    static final int RESET = 2;
    static final int ENTRIES = 4;
    static final int HARD_STATE = 8;
    static final int COMPACTION = 16;
    static final int MARK = 32;
    static final int BROKEN = 64;
    static final int VOUCH = 128;

    static final int RESET_BYTES = 16;
    static final int ENTRIES_HEADER_BYTES = 8;
    static final int HARD_STATE_BYTES = 24;
    static final int COMPACTION_BYTES = 16;
    static final int MARK_HEADER_BYTES = 4;

    /** All of a section but its entries and the bytes of its mark. */
    static final int SECTION_OVERHEAD_BYTES_MAX = SECTION_HEADER_BYTES
            + RESET_BYTES
            + ENTRIES_HEADER_BYTES
            + HARD_STATE_BYTES
            + COMPACTION_BYTES
            + MARK_HEADER_BYTES
            + ALIGNMENT;

    static final int PREVIOUS_NONE = 0;
    static final int PREVIOUS_IN_THIS_RECORD = -1;

    private RecordLayout() {}
}
