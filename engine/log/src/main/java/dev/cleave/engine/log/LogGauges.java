package dev.cleave.engine.log;

import dev.cleave.engine.base.AnyThread;
import java.util.Map;

/** What the log agent lets others see. */
@AnyThread
final class LogGauges {
    private volatile long bytesOnDisk;
    private volatile boolean isDiskFull;
    private volatile boolean isOutOfSpace;
    private volatile Map<Long, Long> wishes = Map.of();

    long bytesOnDisk() {
        return bytesOnDisk;
    }

    void bytesOnDisk(long bytes) {
        bytesOnDisk = bytes;
    }

    boolean isDiskFull() {
        return isDiskFull;
    }

    void isDiskFull(boolean isFull) {
        isDiskFull = isFull;
    }

    boolean isOutOfSpace() {
        return isOutOfSpace;
    }

    void isOutOfSpace(boolean isOut) {
        isOutOfSpace = isOut;
    }

    Map<Long, Long> wishes() {
        return wishes;
    }

    void wishes(Map<Long, Long> unmodifiable) {
        wishes = unmodifiable;
    }
}
