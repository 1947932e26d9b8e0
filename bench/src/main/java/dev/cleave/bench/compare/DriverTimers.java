package dev.cleave.bench.compare;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Timers;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** The machine's own time, and one thread that runs what is due. */
final class DriverTimers implements Clock, Timers {
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "driver-timers");
        made.setDaemon(true);
        return made;
    });

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public void execute(Runnable task) {
        thread.execute(task);
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        ScheduledFuture<?> pending = thread.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        return () -> pending.cancel(false);
    }
}
