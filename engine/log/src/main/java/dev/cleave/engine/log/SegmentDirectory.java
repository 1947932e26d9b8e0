package dev.cleave.engine.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The directory of a log and the names in it: segment 7 is {@code 0000000007.segment}, whoever wrote it. */
final class SegmentDirectory {
    private static final String SUFFIX = ".segment";

    private final Path path;

    SegmentDirectory(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    Path segment(int number) {
        return path.resolve(String.format(Locale.ROOT, "%010d%s", number, SUFFIX));
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
        for (Path file : found(SUFFIX)) {
            String name = file.getFileName().toString();
            int number = Integer.parseInt(name.substring(0, name.length() - SUFFIX.length()));
            SegmentFile segment = SegmentFile.open(number, file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            segment.bytesOnDisk(Math.min(segment.bytesOnDisk(), segmentBytes));
            files.add(segment);
        }
        return files;
    }
}
