package dev.cleave.engine.agents;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Timers;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Timers on a daemon thread of their own. At most {@code tasksMax} tasks wait; one more is refused with
 * {@link RejectedExecutionException}. A task that fails is reported and the others go on. After {@link #close} nothing runs.
 */
@AnyThread
public final class ThreadTimers implements Timers, AutoCloseable {
    private static final long WAIT_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);
    private static final long CLOSE_MILLIS_MAX = 10_000;

    private final Clock clock;
    private final FailureListener failures;
    private final int tasksMax;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final TimerQueue queue = new TimerQueue();
    private boolean isClosed;

    public ThreadTimers(String name, Clock clock, int tasksMax, FailureListener failures) {
        this.clock = clock;
        this.failures = failures;
        this.tasksMax = tasksMax;
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void execute(Runnable task) {
        schedule(0, task);
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        lock.lock();
        try {
            if (isClosed || queue.size() >= tasksMax) {
                throw new RejectedExecutionException(
                        isClosed
                                ? thread.getName() + " is closed"
                                : thread.getName() + " holds " + tasksMax + " tasks");
            }
            TimerQueue.Timer timer = queue.schedule(clock.nanos() + Math.max(0, delayNanos), task);
            changed.signal();
            return () -> cancel(timer);
        } finally {
            lock.unlock();
        }
    }

    private void cancel(TimerQueue.Timer timer) {
        lock.lock();
        try {
            timer.disarm();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        Runnable task;
        while ((task = nextDue()) != null) {
            try {
                task.run();
            } catch (Throwable failure) {
                failures.failed(thread.getName(), failure);
            }
        }
    }

    /** Waits for the next due task; null once closed. */
    private @Nullable Runnable nextDue() {
        lock.lock();
        try {
            while (!isClosed) {
                long now = clock.nanos();
                TimerQueue.Timer due = queue.pollDue(now);
                if (due != null) {
                    return due.task();
                }
                long nanos = queue.size() == 0 ? WAIT_NANOS_MAX : queue.nextDeadlineNanos() - now;
                changed.awaitNanos(Math.min(WAIT_NANOS_MAX, nanos));
            }
            return null;
        } catch (InterruptedException stop) {
            isClosed = true;
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Drops what still waits, lets a running task finish, and waits for it at most 10 s. */
    @Override
    public void close() {
        lock.lock();
        try {
            isClosed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (Thread.currentThread() != thread) {
            try {
                thread.join(CLOSE_MILLIS_MAX);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
