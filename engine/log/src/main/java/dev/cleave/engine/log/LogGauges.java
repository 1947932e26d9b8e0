package dev.cleave.engine.log;

import dev.cleave.engine.base.AnyThread;

/** What the log agent lets others see. */
@AnyThread
final class LogGauges {
    private volatile long bytesOnDisk;
    private volatile boolean isDiskFull;

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
}
