package dev.cleave.region.store.state;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.kv.EngineFailure;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The right to change applied state. The apply agent holds it from the first entry of a turn to the engine write that ends it; a snapshot is cut,
 * and a replica's data replaced or destroyed, between two turns. Held for one engine write, never across a file copy.
 */
@AnyThread
public final class ApplyTurn {
    private static final long WAIT_SECONDS_MAX = 60;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean isOpen;

    /** Apply agent: begins a turn if none is open. */
    public void begin() {
        if (!lock.isHeldByCurrentThread()) {
            acquire();
        }
        isOpen = true;
    }

    /** Apply agent: ends the turn. */
    public void end() {
        isOpen = false;
        lock.unlock();
    }

    /** Does {@code step} between two turns. */
    public <T> T between(Supplier<T> step) {
        acquire();
        try {
            Invariant.check(!isOpen, "nothing happens inside somebody else's apply turn");
            return step.get();
        } finally {
            lock.unlock();
        }
    }

    public void between(Runnable step) {
        between(() -> {
            step.run();
            return Boolean.TRUE;
        });
    }

    private void acquire() {
        try {
            if (!lock.tryLock(WAIT_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new EngineFailure("an apply turn has lasted for more than " + WAIT_SECONDS_MAX
                        + " s: the disk hangs or the apply agent has failed");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new EngineFailure("interrupted while waiting for an apply turn", interrupted);
        }
    }
}
