package dev.cleave.engine.log;

/**
 * The measures of one log.
 *
 * @param segmentBytes the size of a segment's mapping; a segment never outgrows it
 * @param rollBytes where a segment ends and the next begins: at most 15/16 of {@code segmentBytes}
 * @param recordBytesMax the largest record: at most a quarter of a segment; an entry must fit one
 * @param batchBytesMax about how much is written before one force, so that a flood cannot starve the first in it
 * @param queueMax writes and reads that may wait for the log agent
 * @param diskBytesMax above it groups that pin the oldest segment are rewritten; not a hard limit
 * @param groupBytesMax entries of one group above which its owner is asked to let the oldest go, even if a laggard then needs a snapshot
 * @param freeBytesFloor free space below which {@link RaftLogStore#isDiskFull} says so
 * @param isSynced false acknowledges without forcing: a power cut loses acknowledged writes; for experiments only
 */
public record LogOptions(
        int segmentBytes,
        int rollBytes,
        int recordBytesMax,
        int batchBytesMax,
        int queueMax,
        long diskBytesMax,
        long groupBytesMax,
        long freeBytesFloor,
        boolean isSynced) {
    static final int RECORD_BYTES_LIMIT = 16 << 20;

    public LogOptions {
        require(recordBytesMax >= 4096 && recordBytesMax <= RECORD_BYTES_LIMIT, "a record holds 4 KiB to 16 MiB");
        require(recordBytesMax <= segmentBytes / 4, "a record is at most a quarter of a segment");
        require(rollBytes <= segmentBytes / 16 * 15, "a segment rolls at 15/16 of its size or earlier");
        require(rollBytes >= 2 * recordBytesMax, "a segment holds two records or more");
        require(batchBytesMax > 0 && queueMax > 0, "batch and queue are positive");
        require(diskBytesMax >= 3L * rollBytes, "the log may keep three segments or more");
        require(groupBytesMax > 0, "a group may keep entries");
        require(freeBytesFloor >= 0, "the floor of free space is not negative");
    }

    /** 64 MiB segments, 1 GiB on disk, 256 MiB of it for one group, 256 MiB left free. */
    public static LogOptions defaults() {
        return new LogOptions(64 << 20, 60 << 20, 8 << 20, 16 << 20, 4096, 1L << 30, 256L << 20, 256L << 20, true);
    }

    /** 256 KiB segments and 32 KiB records, to see many of them in a test or a simulation. */
    public static LogOptions small() {
        return new LogOptions(256 << 10, 240 << 10, 32 << 10, 64 << 10, 256, 1L << 20, 1L << 20, 0, true);
    }

    public LogOptions withDiskBytesMax(long bytes) {
        return new LogOptions(
                segmentBytes,
                rollBytes,
                recordBytesMax,
                batchBytesMax,
                queueMax,
                bytes,
                groupBytesMax,
                freeBytesFloor,
                isSynced);
    }

    public LogOptions withGroupBytesMax(long bytes) {
        return new LogOptions(
                segmentBytes,
                rollBytes,
                recordBytesMax,
                batchBytesMax,
                queueMax,
                diskBytesMax,
                bytes,
                freeBytesFloor,
                isSynced);
    }

    public LogOptions withFreeBytesFloor(long bytes) {
        return new LogOptions(
                segmentBytes,
                rollBytes,
                recordBytesMax,
                batchBytesMax,
                queueMax,
                diskBytesMax,
                groupBytesMax,
                bytes,
                isSynced);
    }

    public LogOptions withBatchBytesMax(int bytes) {
        return new LogOptions(
                segmentBytes,
                rollBytes,
                recordBytesMax,
                bytes,
                queueMax,
                diskBytesMax,
                groupBytesMax,
                freeBytesFloor,
                isSynced);
    }

    public LogOptions withSync(boolean synced) {
        return new LogOptions(
                segmentBytes,
                rollBytes,
                recordBytesMax,
                batchBytesMax,
                queueMax,
                diskBytesMax,
                groupBytesMax,
                freeBytesFloor,
                synced);
    }

    /** The largest section: it goes whole into one segment, beside that segment's table of groups. */
    public int sectionBytesMax() {
        return rollBytes / 2;
    }

    /** The largest entry, header included. */
    public int entryBytesMax() {
        return recordBytesMax - RecordLayout.HEADER_BYTES - RecordLayout.SECTION_OVERHEAD_BYTES_MAX;
    }

    /** The largest summary of a segment: above it, reading the segment is not much more. */
    int summaryBytesMax() {
        return segmentBytes / 8;
    }

    /** The largest lifecycle mark. */
    public int markBytesMax() {
        return recordBytesMax / 8;
    }

    private static void require(boolean condition, String whatShouldHold) {
        if (!condition) {
            throw new IllegalArgumentException("log options: " + whatShouldHold);
        }
    }
}
