package dev.cleave.engine.kv;

import dev.cleave.engine.base.AnyThread;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Counts who is inside the engine: closing waits for them, later comers are refused. Touching freed native memory kills the JVM. */
@AnyThread
final class UseCount {
    private static final long CLOSED = Long.MIN_VALUE;

    /** Number of users; the sign bit says that it is closed. */
    private final AtomicLong users = new AtomicLong();

    private final CountDownLatch idle = new CountDownLatch(1);
    private final String what;

    UseCount(String what) {
        this.what = what;
    }

    /** Must be followed by {@link #leave}, unless it throws. */
    void enter() {
        if (!tryEnter()) {
            throw new IllegalStateException(what + " is closed");
        }
    }

    boolean tryEnter() {
        if (users.getAndIncrement() < 0) {
            leave();
            return false;
        }
        return true;
    }

    void leave() {
        if (users.decrementAndGet() == CLOSED) {
            idle.countDown();
        }
    }

    /**
     * Refuses newcomers and waits for those inside. False if it was closed before.
     *
     * @throws EngineFailure if somebody stays inside longer than {@code patience}: then nothing may be freed
     */
    boolean close(Duration patience) {
        long before = users.getAndUpdate(count -> count | CLOSED);
        if (before < 0) {
            return false;
        }
        if (before == 0) {
            idle.countDown();
        }
        try {
            if (!idle.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new EngineFailure(what + " is still in use after " + patience
                        + "; its memory is left to the end of the process. End scans before closing");
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new EngineFailure("interrupted while waiting for the users of " + what, stop);
        }
        return true;
    }
}
