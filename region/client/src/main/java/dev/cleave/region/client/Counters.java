package dev.cleave.region.client;

import dev.cleave.engine.base.AnyThread;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The client's counters: written by callers and the loop, read by anyone. */
@AnyThread
final class Counters {
    final LongAdder calls = new LongAdder();
    final LongAdder done = new LongAdder();
    final LongAdder undetermined = new LongAdder();
    final LongAdder notApplied = new LongAdder();
    final LongAdder invalid = new LongAdder();
    final LongAdder routeLookups = new LongAdder();
    final LongAdder routeHits = new LongAdder();
    final LongAdder routeMisses = new LongAdder();
    final AtomicInteger openLinks = new AtomicInteger();
    private final Map<RetryReason, LongAdder> retries = new EnumMap<>(RetryReason.class);

    Counters() {
        for (RetryReason reason : RetryReason.values()) {
            retries.put(reason, new LongAdder());
        }
    }

    void countRetry(RetryReason reason) {
        LongAdder adder = retries.get(reason);
        if (adder != null) {
            adder.increment();
        }
    }

    void countFailure(Failure.Kind kind) {
        switch (kind) {
            case INVALID -> invalid.increment();
            case NOT_APPLIED -> notApplied.increment();
            case UNDETERMINED -> undetermined.increment();
        }
    }

    ClientStats snapshot(InFlightGate gate) {
        Map<RetryReason, Long> byReason = new EnumMap<>(RetryReason.class);
        retries.forEach((reason, count) -> byReason.put(reason, count.sum()));
        return new ClientStats(
                calls.sum(),
                done.sum(),
                undetermined.sum(),
                notApplied.sum(),
                invalid.sum(),
                byReason,
                routeLookups.sum(),
                routeHits.sum(),
                routeMisses.sum(),
                gate.calls(),
                gate.bytes(),
                openLinks.get());
    }
}
