package dev.cleave.engine.log;

import static dev.cleave.engine.log.TestLog.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Randomness;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SimulatedLogTest extends SharedLogContract {
    private final SimulatedDisk disk = new SimulatedDisk(Randomness.seeded(7));

    @Override
    Segments openSegments(LogOptions options) {
        return new SimulatedSegments(disk, options);
    }

    @Override
    void overwrite(int segment, long offset, byte[] bytes) {
        byte[] now = bytesAt(segment, offset, bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                if (((now[i] ^ bytes[i]) >> bit & 1) != 0) {
                    disk.flipBit(segment, offset + i, bit);
                }
            }
        }
    }

    @Override
    byte[] bytesAt(int segment, long offset, int count) {
        byte[] bytes = new byte[(int) Math.min(count, disk.bytes(segment) - offset)];
        disk.read(segment, offset, ByteBuffer.wrap(bytes));
        return bytes;
    }

    @Test
    void aFailedForceIsNeverAcknowledgedNorRetried() {
        open();
        log.append(1, 1, 1, 1);
        disk.failForces();

        List<LogWrite> forced = log.queue(1, 1, section -> section.entry(entry(2, 1, "lost?")));
        List<LogWrite> later = log.queue(2, 1, section -> section.hardState(1, 1, 1));
        log.run();
        log.run();

        assertThat(log.failures)
                .singleElement()
                .isInstanceOf(DiskFailure.class)
                .asString()
                .contains("force failed");
        assertThat(forced).isEmpty();
        assertThat(later).isEmpty();
        disk.crash();
        open();
        assertThat(log.image(1).lastIndex()).isBetween(1L, 2L);
    }

    @Test
    void belowTheFloorTheDiskIsFullAndAboveItAgainItIsNot() {
        log = new TestLog(options.withFreeBytesFloor(100 << 10), this::openSegments);
        log.append(1, 1, 1, 1);
        assertThat(log.log.isDiskFull()).isFalse();

        disk.fill();
        log.clock.advanceMillis(2000);
        log.append(1, 2, 2, 1);

        assertThat(log.log.isDiskFull()).isTrue();
        assertThat(log.log.isOutOfSpace()).isFalse();
        disk.limit(10 << 20);
        log.clock.advanceMillis(2000);
        log.run();
        assertThat(log.log.isDiskFull()).isFalse();
    }

    @Test
    void withoutSpaceForTheNextSegmentVotesMarksAndTruncationGoOnUntilThereIsSome() {
        open();
        long first = 1;
        disk.fill();
        while (!log.log.isOutOfSpace()) {
            long at = first++;
            log.write(
                    1, 1, section -> section.entry(entry(at, 1, new byte[5000])).hardState(1, 1, at));
        }
        long last = first - 1;
        int segment = log.segments.list()[log.segments.list().length - 1];

        for (long term = 2; term < 100; term++) {
            long now = term;
            log.write(1, 1, section -> section.hardState(now, 1, last));
        }
        log.write(2, 1, section -> section.mark(new byte[] {1}));
        log.write(2, 1, section -> section.remove());
        assertThat(log.log.isOutOfSpace()).isTrue();
        log.write(1, 1, section -> section.compact(last, 1));

        // The truncation has freed a segment by itself.
        log.clock.advanceMillis(2000);
        log.run();
        assertThat(log.segments.oldest()).isEqualTo(segment);
        assertThat(log.log.isOutOfSpace()).isFalse();
        assertThat(log.log.isDiskFull()).isFalse();
        killAndReopen();
        assertThat(log.image(1).term()).isEqualTo(99);
    }

    @Test
    void theReserveOutlivesAPowerCutSoThatAFullDiskStillOpens() {
        open();
        log.append(1, 1, 3, 1);
        disk.fill();
        log.host.crash();
        disk.crash();

        open();

        assertThat(log.describe()).isEqualTo("1.1[1..3]");
        assertThat(log.log.isOutOfSpace()).isTrue();
    }

    @Test
    void aWriteThatTheDiskRefusesEndsTheLog() {
        open();
        disk.failWrites();

        List<LogWrite> forced = log.queue(1, 1, section -> section.entry(entry(1, 1, "x")));
        log.run();

        assertThat(forced).isEmpty();
        assertThat(log.failures)
                .singleElement()
                .isInstanceOf(DiskFailure.class)
                .asString()
                .contains("write failed");
    }

    @Test
    void aRollWithoutAnySpaceEndsTheLog() {
        open();
        disk.fill();

        List<LogWrite> forced = log.queue(1, 1, section -> {
            for (long index = 1; index <= 150; index++) {
                section.entry(entry(index, 1, new byte[5000]));
            }
        });
        log.run();

        assertThat(forced).isEmpty();
        assertThat(log.failures)
                .singleElement()
                .isInstanceOf(DiskFailure.class)
                .asString()
                .contains("no space");
    }
}
