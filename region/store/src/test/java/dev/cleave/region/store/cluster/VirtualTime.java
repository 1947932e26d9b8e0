package dev.cleave.region.store.cluster;

import dev.cleave.engine.agents.TimerQueue;
import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Timers;

/** Time that goes on only when told, and the timers of a network on it. */
final class VirtualTime implements Clock, Timers {
    private final TimerQueue queue = new TimerQueue();
    private long nanos = 1_000_000_000L;

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public long wallMillis() {
        return 1_700_000_000_000L + nanos / 1_000_000;
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        TimerQueue.Timer timer = queue.schedule(nanos + delayNanos, task);
        return timer::disarm;
    }

    @Override
    public void execute(Runnable task) {
        queue.schedule(nanos, task);
    }

    int runDue() {
        return queue.runDue(nanos);
    }

    void advance(long by) {
        nanos += by;
    }
}
