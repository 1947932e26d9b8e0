package dev.cleave.engine.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The directory of a log and the names in it: segment 7 is {@code 0000000007.segment}, whoever wrote it, its summary {@code 0000000007.summary}. */
final class SegmentDirectory {
    static final String SUMMARY = ".summary";
    private static final String SEGMENT = ".segment";

    private final Path path;

    SegmentDirectory(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    Path segment(int number) {
        return path.resolve(String.format(Locale.ROOT, "%010d%s", number, SEGMENT));
    }

    Path summary(int number) {
        return path.resolve(String.format(Locale.ROOT, "%010d%s", number, SUMMARY));
    }

    static int number(Path file, String suffix) {
        String name = file.getFileName().toString();
        return Integer.parseInt(name.substring(0, name.length() - suffix.length()));
    }

    /** Files whose name ends in {@code suffix}, in the order of their names. */
    List<Path> found(String suffix) {
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file -> file.getFileName().toString().endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot list log directory " + path, failure);
        }
    }

    /** Opens all segments found; none counts for more than {@code segmentBytes}, as what follows is sparse. */
    SegmentFiles openSegments(long segmentBytes) {
        SegmentFiles files = new SegmentFiles();
        for (Path file : found(SEGMENT)) {
            int number = number(file, SEGMENT);
            SegmentFile segment = SegmentFile.open(number, file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            segment.bytesOnDisk(Math.min(segment.bytesOnDisk(), segmentBytes));
            files.add(segment);
        }
        return files;
    }
}
