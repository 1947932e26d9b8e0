package dev.cleave.engine.log;

import dev.cleave.engine.base.Invariant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Segments as plain files, records back to back: the referee for the others, and easy to look into. */
public final class FileSegments implements Segments {
    private static final String SUFFIX = ".segment";

    private final Path directory;
    private final LogOptions options;
    private final DirectoryLock lock;
    private final SegmentFiles files = new SegmentFiles();
    private @Nullable SegmentFile current;
    private int highest;
    private int end;
    private int forcedEnd;

    private FileSegments(Path directory, LogOptions options, DirectoryLock lock) {
        this.directory = directory;
        this.options = options;
        this.lock = lock;
    }

    /** Opens the segments in {@code directory}; throws if another process has them open. */
    public static FileSegments open(Path directory, LogOptions options) {
        FileSegments segments = new FileSegments(directory, options, DirectoryLock.take(directory));
        try {
            segments.findFiles();
            return segments;
        } catch (Throwable failure) {
            segments.close();
            throw failure;
        }
    }

    private void findFiles() {
        try (Stream<Path> found = Files.list(directory)) {
            List<Path> sorted = found.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
            for (Path file : sorted) {
                String name = file.getFileName().toString();
                int number = Integer.parseInt(name.substring(0, name.length() - SUFFIX.length()));
                files.add(SegmentFile.open(number, file, StandardOpenOption.READ, StandardOpenOption.WRITE));
            }
            highest = files.newest();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot list log directory " + directory, failure);
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

    @Override
    public int roll() {
        if (current != null) {
            current.force();
        }
        highest++;
        Path path = directory.resolve(String.format(Locale.ROOT, "%010d%s", highest, SUFFIX));
        current = SegmentFile.open(
                highest, path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
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
        files.resize(highest, end);
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
        files.delete(files.newest());
        lock.forceNames();
    }

    @Override
    public void deleteOldest() {
        Invariant.check(files.oldest() < highest, "the current segment is not deleted", highest);
        files.delete(files.oldest());
        lock.forceNames();
    }

    @Override
    public long bytesOnDisk() {
        return files.bytesOnDisk();
    }

    @Override
    public long usableBytes() {
        return lock.usableBytes();
    }

    @Override
    public void close() {
        files.close();
        lock.close();
    }
}
