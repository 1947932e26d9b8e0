package dev.cleave.region.store.gate;

import dev.cleave.engine.base.AnyThread;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Bounds what is in flight between a request's arrival and its answer: beyond it the store says "busy" before it spends memory. */
@AnyThread
public final class Admission {
    private final int requestsMax;
    private final long bytesMax;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean isClosed;

    public Admission(int requestsMax, long bytesMax) {
        this.requestsMax = requestsMax;
        this.bytesMax = bytesMax;
    }

    /** The store is about to end: nobody enters any more. */
    public void close() {
        isClosed = true;
    }

    boolean isClosed() {
        return isClosed;
    }

    boolean enter(int requestBytes) {
        // Counted first, looked at second: whoever closes and then sees no request has seen the last one.
        if (requests.incrementAndGet() > requestsMax || isClosed) {
            requests.decrementAndGet();
            return false;
        }
        // One request always fits, however large.
        if (bytes.addAndGet(requestBytes) > bytesMax && bytes.get() != requestBytes) {
            leave(requestBytes);
            return false;
        }
        return true;
    }

    void leave(int requestBytes) {
        bytes.addAndGet(-requestBytes);
        requests.decrementAndGet();
    }

    public int requestsInFlight() {
        return requests.get();
    }

    public long bytesInFlight() {
        return bytes.get();
    }
}
