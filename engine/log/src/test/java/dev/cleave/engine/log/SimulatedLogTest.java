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
    void aFullDiskIsSeenBeforeAWriteFails() {
        disk.limit(600 << 10);
        log = new TestLog(options.withFreeBytesFloor(100 << 10), this::openSegments);
        long index = 1;
        while (!log.log.isDiskFull()) {
            log.clock.advanceMillis(2000);
            log.append(1, index, index, 1);
            long at = ++index;
            log.write(2, 1, section -> section.entry(entry(at - 1, 1, new byte[5000])));
        }
        disk.limit(10 << 20);
        log.clock.advanceMillis(2000);
        log.run();

        assertThat(log.log.isDiskFull()).isFalse();
        assertThat(log.failures).isEmpty();
    }

    @Test
    void aWriteThatTheDiskRefusesEndsTheLog() {
        disk.limit(50 << 10);
        open();

        List<LogWrite> forced = log.queue(1, 1, section -> {
            for (long index = 1; index <= 20; index++) {
                section.entry(entry(index, 1, new byte[5000]));
            }
        });
        log.run();

        assertThat(forced).isEmpty();
        assertThat(log.failures).singleElement().asString().contains("no space");
    }
}
