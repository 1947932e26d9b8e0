package dev.cleave.region.workload;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Timers;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/** Time that passes only when {@link #runUntil} finds nothing to do now. */
public final class VirtualTime implements Clock, Timers {
    private final PriorityQueue<Task> tasks = new PriorityQueue<>(
            (a, b) -> a.atNanos != b.atNanos ? Long.compare(a.atNanos, b.atNanos) : Long.compare(a.order, b.order));
    private long nowNanos = 1_000;
    private long orders;

    private static final class Task implements Cancellable {
        final long atNanos;
        final long order;
        Runnable work;

        Task(long atNanos, long order, Runnable work) {
            this.atNanos = atNanos;
            this.order = order;
            this.work = work;
        }

        @Override
        public void cancel() {
            work = () -> {};
        }
    }

    @Override
    public long nanos() {
        return nowNanos;
    }

    @Override
    public long wallMillis() {
        return nowNanos / 1_000_000;
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        Task scheduled = new Task(nowNanos + delayNanos, orders++, task);
        tasks.add(scheduled);
        return scheduled;
    }

    @Override
    public void execute(Runnable task) {
        schedule(0, task);
    }

    public void runUntil(BooleanSupplier done) {
        while (!done.getAsBoolean()) {
            Task next = tasks.poll();
            if (next == null) {
                throw new AssertionError("nothing left to do, but not done");
            }
            nowNanos = Math.max(nowNanos, next.atNanos);
            next.work.run();
        }
    }

    public void runFor(long nanos) {
        boolean[] isOver = {false};
        schedule(nanos, () -> isOver[0] = true);
        runUntil(() -> isOver[0]);
    }
}
