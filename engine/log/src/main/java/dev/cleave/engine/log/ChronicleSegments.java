package dev.cleave.engine.log;

import dev.cleave.engine.base.Invariant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import net.openhft.chronicle.wire.WireType;
import net.openhft.posix.MAdviseFlag;
import net.openhft.posix.PosixAPI;
import org.agrona.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * Segments of Chronicle Queue, one file and one mapping each. Chronicle places and frames what is appended and nothing else: durability is a force of
 * our own on the same file (its sync may be a no-op and does not report errors), and reading is positional on a channel of our own.
 * It never sees the files of an earlier opening: they are renamed before it starts, so it cannot wait for their locks, take up
 * their damage, or write into them.
 */
public final class ChronicleSegments implements Segments {
    private static final String WRITTEN = ".cq4";
    private static final String RESERVED = ".precreated";
    private static final String DISCARDED = ".discard";
    private static final String METADATA = "metadata.cq4t";
    private static final int INDEX_COUNT_MAX = 4096;
    private static final int LENGTH_WORD_BYTES = 4;

    private final SegmentDirectory directory;
    private final LogOptions options;
    private final DirectoryLock lock;
    private final SegmentFiles files;
    private final SizedRolls rolls;
    private final SpaceReserve reserve;
    private final SummaryFiles summaries;
    private final PointerBytesStore pointer = new PointerBytesStore();
    private @Nullable SingleChronicleQueue queue;
    private @Nullable ExcerptAppender appender;
    private int highest;
    /** Whether nothing has been appended since the roll: the file is not there yet. */
    private boolean isFresh;

    private boolean isReserved;
    private boolean hasUnforcedName;
    private int end;
    private int forcedEnd;

    private ChronicleSegments(SegmentDirectory directory, LogOptions options, DirectoryLock lock) {
        this.directory = directory;
        this.options = options;
        this.lock = lock;
        // The index of a segment must be small beside it: 4096 in 64 MiB, 256 in the segments of tests.
        rolls = new SizedRolls(Math.min(INDEX_COUNT_MAX, Math.max(256, options.segmentBytes() >> 13)));
        takeOver();
        files = directory.openSegments(options.segmentBytes());
        highest = files.newest();
        summaries = new SummaryFiles(directory, files);
        reserve = new SpaceReserve(options.segmentBytes());
        for (Path found : directory.found(RESERVED)) {
            reserve.adopt(found, reserved(highest + 1));
        }
    }

    /** Opens the segments in {@code path}; throws if another process has them open. */
    public static ChronicleSegments open(Path path, LogOptions options) {
        DirectoryLock lock = DirectoryLock.take(path);
        try {
            return new ChronicleSegments(new SegmentDirectory(path), options, lock);
        } catch (Throwable failure) {
            lock.close();
            throw failure;
        }
    }

    /** Puts what an earlier opening left out of Chronicle's sight. */
    private void takeOver() {
        if (!directory.found(DISCARDED).isEmpty()) {
            throw new IllegalStateException("log directory " + directory.path() + " holds " + directory.found(DISCARDED)
                    + ", set aside by Chronicle Queue: move these files away and treat the store as damaged");
        }
        try {
            Files.deleteIfExists(directory.path().resolve(METADATA));
            for (Path file : directory.found(WRITTEN)) {
                String name = file.getFileName().toString();
                int segment = SizedRolls.segment(name.substring(0, name.length() - WRITTEN.length()));
                Files.move(file, directory.segment(segment), StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot take over log directory " + directory.path(), failure);
        }
        lock.forceNames();
    }

    @Override
    public int[] list() {
        return files.numbers();
    }

    @Override
    public int oldest() {
        return files.oldest();
    }

    @Override
    public long bytes(int segment) {
        return files.get(segment).size();
    }

    @Override
    public int read(int segment, long offset, ByteBuffer into) {
        return files.read(segment, offset, into);
    }

    private Path reserved(int segment) {
        return directory.path().resolve(SizedRolls.fileName(segment) + RESERVED);
    }

    /** Before the first append to a segment its own reserve still lies where Chronicle looks for it: the next comes later. */
    @Override
    public boolean reserveNext() {
        return reserve.hold(reserved(highest + 1));
    }

    /** The reserved file takes its place with the first append. */
    @Override
    public int roll() {
        highest++;
        isReserved = reserve.take(reserved(highest));
        rolls.rollTo(highest);
        if (queue == null) {
            startQueue();
        }
        isFresh = true;
        end = 0;
        forcedEnd = 0;
        return highest;
    }

    private void startQueue() {
        queue = SingleChronicleQueueBuilder.binary(directory.path())
                .wireType(WireType.BINARY_LIGHT)
                .rollCycle(rolls)
                .blockSize(options.segmentBytes())
                .indexCount(rolls.defaultIndexCount())
                .indexSpacing(rolls.defaultIndexSpacing())
                .timeoutMS(1000)
                .syncMode(SyncMode.NONE)
                .build();
        appender = queue.createAppender();
        // Made by whoever opens the log, then used by the log agent alone.
        appender.singleThreadedCheckDisabled(true);
    }

    @Override
    public int append(ByteBuffer record) {
        ExcerptAppender open = appender;
        Invariant.check(record.isDirect(), "records lie outside the heap");
        if (open == null) {
            throw new IllegalStateException("nothing is appended before the first roll");
        }
        int length = record.remaining();
        Invariant.check(isFresh || length <= remainingBytes(), "the record fits its segment", length);
        int offset = put(open, record);
        if (isFresh) {
            adopt(open);
        }
        end = offset + length;
        if (!isReserved) {
            files.resize(highest, end);
        }
        return offset;
    }

    /**
     * The record is written to the file, and only Chronicle's length word before it stored through the mapping: each page that is stored to costs a fault, and with its
     * force an interrupt of the other processors. But the first record of a segment comes before there is a channel of ours to write it by.
     */
    private int put(ExcerptAppender open, ByteBuffer record) {
        DocumentContext document = open.writingDocument();
        boolean isWhole = false;
        try {
            Bytes<?> bytes = document.wire().bytes();
            int offset = Math.toIntExact(bytes.writePosition());
            if (isFresh) {
                touchPagesSingly(bytes.addressForWrite(offset) - offset);
                store(bytes, record);
            } else {
                int length = record.remaining();
                files.get(highest).write(offset, record);
                bytes.writeSkip(length);
            }
            isWhole = true;
            return offset;
        } finally {
            // Without this a failure would commit half a record.
            if (!isWhole) {
                document.rollbackOnClose();
            }
            document.close();
        }
    }

    private void store(Bytes<?> bytes, ByteBuffer record) {
        int length = record.remaining();
        pointer.set(BufferUtil.address(record) + record.position(), length);
        bytes.write(pointer, 0L, (long) length);
        record.position(record.limit());
    }

    /**
     * Tells the kernel not to read ahead of a store into the mapping: there is nothing to read, it would fill megabytes of cache with zeros (2 to 20 ms in the midst of an
     * append), and in such large folios each force writes far more than the record. Only advice: where it is not taken, all is as right and slower.
     */
    private void touchPagesSingly(long address) {
        PosixAPI.posix().madvise(address, options.segmentBytes(), MAdviseFlag.MADV_RANDOM);
    }

    /** Opens our own channel on the file that Chronicle has just begun; the end mark it put into the one before is forced, too. */
    private void adopt(ExcerptAppender open) {
        Path path = open.currentFile().toPath();
        Path expected = directory.path().resolve(SizedRolls.fileName(highest) + WRITTEN);
        Invariant.check(
                path.toAbsolutePath().equals(expected.toAbsolutePath()),
                "Chronicle writes the named segment",
                path,
                expected);
        if (!files.isEmpty()) {
            SegmentFile before = files.get(files.newest());
            before.force();
            before.unmap();
        }
        files.add(SegmentFile.open(highest, path, StandardOpenOption.READ, StandardOpenOption.WRITE));
        files.resize(highest, isReserved ? options.segmentBytes() : 0);
        isFresh = false;
        hasUnforcedName = true;
    }

    @Override
    public int remainingBytes() {
        int indexBytes = 3 * Long.BYTES * rolls.defaultIndexCount() + 1024;
        return queue == null ? 0 : options.rollBytes() - end - LENGTH_WORD_BYTES - indexBytes;
    }

    /**
     * The first force of a segment covers the whole file and its name. The later ones cover what was appended since: Chronicle stores its position into the header page with
     * each append, and to write that page as well would cost half as much again, while no recovery reads it.
     */
    @Override
    public void force() {
        if (queue == null) {
            if (!files.isEmpty()) {
                files.get(files.newest()).force();
            }
            lock.forceNames();
            return;
        }
        SegmentFile current = files.get(files.newest());
        if (hasUnforcedName) {
            current.force();
            lock.forceNames();
            hasUnforcedName = false;
        } else if (!isReserved) {
            current.force();
        } else if (end > forcedEnd) {
            current.force(forcedEnd, end);
        }
        forcedEnd = end;
        reserve.used(end);
    }

    /** For whoever writes it ahead. */
    SpaceReserve reserve() {
        return reserve;
    }

    @Override
    public boolean isForced(int segment, int endOffset) {
        return segment < highest || endOffset <= forcedEnd;
    }

    @Override
    public void discardNewest() {
        Invariant.check(queue == null, "only a segment found is discarded");
        summaries.delete(files.newest());
        files.delete(files.newest());
        lock.forceNames();
    }

    @Override
    public void trimNewest(long from) {
        files.trim(files.newest(), from);
    }

    @Override
    public void deleteOldest() {
        Invariant.check(files.oldest() < highest, "the current segment is not deleted", highest);
        summaries.delete(files.oldest());
        files.delete(files.oldest());
        lock.forceNames();
        if (queue != null) {
            queue.refreshDirectoryListing();
        }
    }

    @Override
    public @Nullable ByteBuffer summary(int segment) {
        return summaries.read(segment);
    }

    @Override
    public void keepSummary(int segment, ByteBuffer bytes) {
        summaries.keep(segment, bytes);
    }

    @Override
    public void dropSummary(int segment) {
        summaries.delete(segment);
        lock.forceNames();
    }

    @Override
    public long bytesOnDisk() {
        return files.bytesOnDisk() + reserve.bytesOnDisk() + summaries.bytesOnDisk();
    }

    @Override
    public long usableBytes() {
        return lock.usableBytes();
    }

    /** Lets go of the files; what was not forced may be lost. The reserve stays for the next opening. */
    @Override
    public void close() {
        if (appender != null) {
            appender.close();
        }
        if (queue != null) {
            queue.close();
            if (!isFresh) {
                // Gives back the reserve: else each restart would keep a whole segment for little.
                files.get(highest).truncate(end);
            }
        }
        files.close();
        reserve.close();
        lock.close();
    }
}
