package dev.cleave.engine.agents;

import dev.cleave.engine.base.Clock;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One agent on one thread. No wake-up is lost: the waker makes its message visible, raises {@code isSignalled}, then looks at
 * {@code isParked}; the thread lowers {@code isSignalled} before its turn, and raises {@code isParked} before it looks at the
 * signal a last time. One of the two sees the other. While a signal is up, further wakers only read.
 */
final class AgentThread implements AgentHandle, Runnable {
    private static final long PARK_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long CLOSE_MILLIS_MAX = 10_000;

    private final Agent agent;
    private final Clock clock;
    private final FailureListener failures;
    private final Thread thread;
    private volatile boolean isSignalled;
    private volatile boolean isParked;
    private volatile boolean isClosing;

    AgentThread(Agent agent, Clock clock, FailureListener failures) {
        this.agent = agent;
        this.clock = clock;
        this.failures = failures;
        thread = new Thread(this, agent.role());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    boolean hasEnded() {
        return !thread.isAlive();
    }

    @Override
    public void wake() {
        // A queue may publish its item by an ordered store: without this fence the reads below could overtake it.
        VarHandle.fullFence();
        if (!isSignalled) {
            isSignalled = true;
            if (isParked) {
                LockSupport.unpark(thread);
            }
        }
    }

    @Override
    public void run() {
        boolean hasFailed = false;
        try {
            while (!isClosing) {
                isSignalled = false;
                if (agent.doWork(clock.nanos()) == 0) {
                    park();
                }
            }
        } catch (Throwable failure) {
            hasFailed = true;
            failures.failed(agent.role(), failure);
        } finally {
            end(hasFailed);
        }
    }

    private void park() {
        long deadline = agent.nextDeadlineNanos();
        long nanos = deadline == Long.MAX_VALUE ? PARK_NANOS_MAX : Math.min(PARK_NANOS_MAX, deadline - clock.nanos());
        if (nanos > 0) {
            isParked = true;
            if (!isSignalled && !isClosing) {
                LockSupport.parkNanos(this, nanos);
            }
            isParked = false;
        }
    }

    private void end(boolean hasFailed) {
        try {
            agent.onClose();
        } catch (Throwable failure) {
            if (!hasFailed) {
                failures.failed(agent.role(), failure);
            }
        }
    }

    /** Never interrupts: an interrupt would close the file channels the agent is using. */
    @Override
    public void close() {
        isClosing = true;
        wake();
        LockSupport.unpark(thread);
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join(CLOSE_MILLIS_MAX);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive() && !Thread.currentThread().isInterrupted()) {
            failures.failed(
                    agent.role(), new IllegalStateException("did not end its turn within " + CLOSE_MILLIS_MAX + " ms"));
        }
    }
}
