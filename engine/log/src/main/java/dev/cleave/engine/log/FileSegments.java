package dev.cleave.engine.log;

import dev.cleave.engine.base.Invariant;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Segments as plain files, records back to back: the referee for the others, and easy to look into. */
public final class FileSegments implements Segments {
    private static final String RESERVED = ".reserved";

    private final SegmentDirectory directory;
    private final LogOptions options;
    private final DirectoryLock lock;
    private final SegmentFiles files;
    private final SpaceReserve reserve;
    private final SummaryFiles summaries;
    private @Nullable SegmentFile current;
    private boolean isReserved;
    private int highest;
    private int end;
    private int forcedEnd;

    private FileSegments(SegmentDirectory directory, LogOptions options, DirectoryLock lock) {
        this.directory = directory;
        this.options = options;
        this.lock = lock;
        files = directory.openSegments(options.segmentBytes());
        highest = files.newest();
        summaries = new SummaryFiles(directory, files);
        reserve = new SpaceReserve(options.segmentBytes());
        for (Path found : directory.found(RESERVED)) {
            reserve.adopt(found, reserved(highest + 1));
        }
    }

    /** Opens the segments in {@code path}; throws if another process has them open. */
    public static FileSegments open(Path path, LogOptions options) {
        DirectoryLock lock = DirectoryLock.take(path);
        try {
            return new FileSegments(new SegmentDirectory(path), options, lock);
        } catch (Throwable failure) {
            lock.close();
            throw failure;
        }
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
        return directory.segment(segment).resolveSibling(segment + RESERVED);
    }

    @Override
    public boolean reserveNext() {
        return reserve.hold(reserved(highest + 1));
    }

    @Override
    public int roll() {
        if (current != null) {
            current.force();
        }
        highest++;
        Path path = directory.segment(highest);
        isReserved = reserve.takeAs(reserved(highest), path);
        current = SegmentFile.open(
                highest,
                path,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                isReserved ? StandardOpenOption.CREATE : StandardOpenOption.CREATE_NEW);
        files.add(current);
        lock.forceNames();
        end = 0;
        forcedEnd = 0;
        return highest;
    }

    @Override
    public int append(ByteBuffer record) {
        Invariant.check(record.remaining() <= remainingBytes(), "the record fits its segment", record.remaining());
        int offset = end;
        end += record.remaining();
        files.get(highest).write(offset, record);
        if (!isReserved) {
            files.resize(highest, end);
        }
        return offset;
    }

    @Override
    public int remainingBytes() {
        return current == null ? 0 : options.rollBytes() - end;
    }

    @Override
    public void force() {
        if (current != null) {
            current.force();
            forcedEnd = end;
        } else {
            if (!files.isEmpty()) {
                files.get(files.newest()).force();
            }
            lock.forceNames();
        }
    }

    @Override
    public boolean isForced(int segment, int endOffset) {
        return segment < highest || endOffset <= forcedEnd;
    }

    @Override
    public void discardNewest() {
        Invariant.check(current == null, "only a segment found is discarded");
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
        if (current != null) {
            // Gives back what was reserved behind the last record: else each restart would keep a whole segment for
            // little.
            current.truncate(end);
        }
        files.close();
        reserve.close();
        lock.close();
    }
}
