package dev.cleave.engine.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The summaries beside the segments of a directory: {@code 0000000007.summary}. Never forced; what of one is lost or torn, its CRC tells. */
final class SummaryFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SummaryFiles.class);

    private final SegmentDirectory directory;
    private final Map<Integer, Long> bytes = new TreeMap<>();
    private long bytesOnDisk;

    /** Finds what is there; what has no segment any more is removed. */
    SummaryFiles(SegmentDirectory directory, SegmentFiles segments) {
        this.directory = directory;
        for (Path file : directory.found(SegmentDirectory.SUMMARY)) {
            try {
                int number = SegmentDirectory.number(file, SegmentDirectory.SUMMARY);
                if (segments.has(number)) {
                    count(number, Files.size(file));
                } else {
                    Files.delete(file);
                }
            } catch (IOException failure) {
                throw new UncheckedIOException("cannot take over summary " + file, failure);
            }
        }
    }

    private void count(int segment, long now) {
        Long before = now == 0 ? bytes.remove(segment) : bytes.put(segment, now);
        bytesOnDisk += now - (before == null ? 0 : before);
    }

    @Nullable
    ByteBuffer read(int segment) {
        Path file = directory.summary(segment);
        try {
            return Files.exists(file) ? ByteBuffer.wrap(Files.readAllBytes(file)) : null;
        } catch (IOException unreadable) {
            // The segment itself tells all of it.
            LOG.warn("log summary cannot be read file={} problem={}", file, unreadable.toString());
            return null;
        }
    }

    void keep(int segment, ByteBuffer summary) {
        Path file = directory.summary(segment);
        int size = summary.remaining();
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            while (summary.hasRemaining()) {
                channel.write(summary);
            }
            count(segment, size);
        } catch (IOException unwritten) {
            LOG.warn("log summary cannot be kept file={} problem={}", file, unwritten.toString());
            delete(segment);
        }
    }

    void delete(int segment) {
        Path file = directory.summary(segment);
        try {
            Files.deleteIfExists(file);
            count(segment, 0);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot delete summary " + file, failure);
        }
    }

    long bytesOnDisk() {
        return bytesOnDisk;
    }
}
