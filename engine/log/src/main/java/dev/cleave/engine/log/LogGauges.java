package dev.cleave.engine.log;

import dev.cleave.engine.base.AnyThread;

/** What the log agent lets others see. */
@AnyThread
final class LogGauges {
    private volatile long bytesOnDisk;
    private volatile boolean isDiskFull;
    private volatile boolean isOutOfSpace;

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
}
