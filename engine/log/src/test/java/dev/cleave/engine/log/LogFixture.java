package dev.cleave.engine.log;

import static dev.cleave.engine.log.TestLog.entry;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;

/** A small log, opened, killed, damaged and looked at, whatever its segments are made of. */
abstract class LogFixture {
    final LogOptions options = LogOptions.small();
    TestLog log;

    abstract Segments openSegments(LogOptions options);

    /** Overwrites bytes of a segment while nobody has it open. */
    abstract void overwrite(int segment, long offset, byte[] bytes);

    abstract byte[] bytesAt(int segment, long offset, int count);

    void open() {
        log = new TestLog(options, this::openSegments);
    }

    void reopen() {
        log.close();
        open();
    }

    /** Opens the log as if nothing had been summed up. */
    void openAndReadAll() {
        try (Segments segments = openSegments(options)) {
            for (int segment : segments.list()) {
                segments.dropSummary(segment);
            }
        }
        open();
    }

    void killAndReopen() {
        log.kill();
        open();
    }

    @AfterEach
    void closeLast() {
        if (log != null) {
            log.close();
        }
    }

    void flip(TestLog.Record record) {
        long offset = record.offset() + record.length() - 6;
        byte[] bytes = bytesAt(record.segment(), offset, 1);
        bytes[0] ^= 0x10;
        overwrite(record.segment(), offset, bytes);
    }

    /** Appends entries of 200 bytes to a group and compacts it right away, so that segments come and go. */
    void churn(long group, long from, long to) {
        for (long index = from; index <= to; index++) {
            long at = index;
            log.queue(
                    group,
                    1,
                    section -> section.entry(entry(at, 1, new byte[200]))
                            .hardState(1, 0, at)
                            .compact(at, 1));
            if (index % 100 == 0) {
                log.run();
            }
        }
        log.run();
        assertThat(log.failures).isEmpty();
    }
}
