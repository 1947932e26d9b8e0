package dev.cleave.engine.agents;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Clock;

/** The machine's clocks. */
@AnyThread
public final class SystemClock implements Clock {
    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }
}
