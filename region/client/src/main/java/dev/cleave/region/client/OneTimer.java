package dev.cleave.region.client;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.base.Timers;
import org.jspecify.annotations.Nullable;

/** At most one task at a time that runs later. One that was called off too late to be stopped does nothing when it runs. */
@OwnedBy("client loop")
final class OneTimer {
    private final Timers timers;
    private final Runnable task;
    private Timers.@Nullable Cancellable armed;
    private long lastNumber;

    OneTimer(Timers timers, Runnable task) {
        this.timers = timers;
        this.task = task;
    }

    void arm(long delayNanos) {
        cancel();
        long number = lastNumber;
        armed = timers.schedule(Math.max(0, delayNanos), () -> {
            if (number == lastNumber) {
                armed = null;
                task.run();
            }
        });
    }

    void cancel() {
        lastNumber++;
        Timers.Cancellable pending = armed;
        if (pending != null) {
            pending.cancel();
            armed = null;
        }
    }
}
