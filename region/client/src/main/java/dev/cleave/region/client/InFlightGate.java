package dev.cleave.region.client;

import dev.cleave.engine.base.AnyThread;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Bounds the calls and request bytes in flight. A request larger than the whole byte bound passes alone. */
@AnyThread
final class InFlightGate {
    private final int callsMax;
    private final int bytesMax;
    private final Semaphore calls;
    private final Semaphore bytes;

    InFlightGate(int callsMax, int bytesMax) {
        this.callsMax = callsMax;
        this.bytesMax = bytesMax;
        this.calls = new Semaphore(callsMax);
        this.bytes = new Semaphore(bytesMax);
    }

    /** Enters at once or not at all. */
    boolean tryEnter(int requestBytes) {
        if (!calls.tryAcquire()) {
            return false;
        }
        if (!bytes.tryAcquire(cost(requestBytes))) {
            calls.release();
            return false;
        }
        return true;
    }

    /** Waits for room, at most {@code waitNanos}. */
    boolean enter(int requestBytes, long waitNanos) throws InterruptedException {
        if (tryEnter(requestBytes)) {
            return true;
        }
        if (!calls.tryAcquire(waitNanos, TimeUnit.NANOSECONDS)) {
            return false;
        }
        boolean hasEntered = false;
        try {
            hasEntered = bytes.tryAcquire(cost(requestBytes), waitNanos, TimeUnit.NANOSECONDS);
        } finally {
            if (!hasEntered) {
                calls.release();
            }
        }
        return hasEntered;
    }

    void leave(int requestBytes) {
        bytes.release(cost(requestBytes));
        calls.release();
    }

    int calls() {
        return callsMax - calls.availablePermits();
    }

    long bytes() {
        return bytesMax - bytes.availablePermits();
    }

    private int cost(int requestBytes) {
        return Math.min(requestBytes, bytesMax);
    }
}
