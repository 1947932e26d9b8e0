package dev.cleave.engine.log;

import dev.cleave.engine.base.Clock;
import java.util.concurrent.TimeUnit;

/** Time that passes when told. */
final class ManualClock implements Clock {
    private long nanos = 1_000;

    void advanceMillis(long millis) {
        nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public long wallMillis() {
        return 1_700_000_000_000L + nanos / 1_000_000;
    }
}
