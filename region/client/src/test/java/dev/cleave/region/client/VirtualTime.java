package dev.cleave.region.client;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Timers;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;

/** Time that passes only when told, and the loop that runs on it. One thread. */
final class VirtualTime implements Timers, Clock {
    private record Task(long atNanos, long number, Runnable work, boolean[] isCancelled) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::atNanos).thenComparingLong(Task::number));
    private long nowNanos = 1_000;
    private long lastNumber;

    @Override
    public void execute(Runnable task) {
        schedule(0, task);
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        boolean[] isCancelled = new boolean[1];
        tasks.add(new Task(nowNanos + Math.max(0, delayNanos), ++lastNumber, task, isCancelled));
        return () -> isCancelled[0] = true;
    }

    @Override
    public long nanos() {
        return nowNanos;
    }

    @Override
    public long wallMillis() {
        return nowNanos / 1_000_000;
    }

    void advance(Duration duration) {
        long end = nowNanos + duration.toNanos();
        while (!tasks.isEmpty() && tasks.peek().atNanos() <= end) {
            runNext();
        }
        nowNanos = end;
    }

    /** Runs until {@code future} ends and returns what it took; fails if nothing is left to do. */
    Duration runUntilDone(CompletableFuture<?> future) {
        long start = nowNanos;
        while (!future.isDone()) {
            if (tasks.isEmpty()) {
                throw new AssertionError("nothing left to do, and the future has not ended");
            }
            runNext();
        }
        return Duration.ofNanos(nowNanos - start);
    }

    private void runNext() {
        Task next = tasks.remove();
        if (!next.isCancelled()[0]) {
            nowNanos = Math.max(nowNanos, next.atNanos());
            next.work().run();
        }
    }
}
