package dev.cleave.region.workload.rate;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Timers;
import dev.cleave.region.workload.KvTarget;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * A load that keeps so many operations in flight. In an open loop each operation has a time at which it should begin, and its latency counts from there even if
 * the target kept all slots busy until long after: what waited is not left out (Tene, "coordinated omission"). Start it once; any thread may start, watch and stop it.
 */
@AnyThread
public final class RateLoad {
    private static final long LATENCY_NANOS_MAX = 600_000_000_000L;
    private static final int DIGITS = 3;

    private final RateConfig config;
    private final RateKeys keys;
    private final KvTarget target;
    private final Clock clock;
    private final Timers timers;
    private final Randomness randomness;
    private final Recorder latency = new Recorder(1, LATENCY_NANOS_MAX, DIGITS);
    private final LongAdder succeeded = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final AtomicLong begun = new AtomicLong();
    private final AtomicBoolean isStarted = new AtomicBoolean();
    private final AtomicInteger slots = new AtomicInteger();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean isStopping;
    private volatile String problem = "";
    private volatile long startNanos;
    private volatile long intervalNanos;

    public RateLoad(
            RateConfig config, RateKeys keys, KvTarget target, Clock clock, Timers timers, Randomness randomness) {
        this.config = config;
        this.keys = keys;
        this.target = target;
        this.clock = clock;
        this.timers = timers;
        this.randomness = randomness;
    }

    public void start() {
        if (!isStarted.compareAndSet(false, true)) {
            throw new IllegalStateException("this load was started before; make another one");
        }
        startNanos = clock.nanos();
        intervalNanos = startNanos;
        slots.set(config.inFlight());
        for (int i = 0; i < config.inFlight(); i++) {
            RateSlot slot = new RateSlot(this, new RateCommands(config, keys, randomness.fork()));
            timers.execute(slot::next);
        }
    }

    /** Begins nothing new. The future ends when what is in flight has ended. */
    public CompletableFuture<Void> stop() {
        isStopping = true;
        if (isStarted.compareAndSet(false, true)) {
            ended.complete(null);
        }
        return ended.copy();
    }

    /** Everything since the previous call, or the start: for one watcher. */
    public synchronized RateResult interval() {
        long now = clock.nanos();
        Histogram since = latency.getIntervalHistogram();
        RateResult result =
                new RateResult(succeeded.sumThenReset(), failed.sumThenReset(), problem, now - intervalNanos, since);
        intervalNanos = now;
        return result;
    }

    boolean mayBegin() {
        return !isStopping;
    }

    KvTarget target() {
        return target;
    }

    long nanos() {
        return clock.nanos();
    }

    /** When the next operation should begin. */
    long dueNanos(long nowNanos) {
        if (config.perSecond() == 0) {
            return nowNanos;
        }
        return startNanos + (long) (begun.getAndIncrement() * (1e9 / config.perSecond()));
    }

    void later(long delayNanos, RateSlot slot) {
        timers.schedule(delayNanos, () -> {
            if (slot.ask()) {
                slot.next();
            }
        });
    }

    void succeeded(long nanos) {
        latency.recordValue(Math.min(Math.max(1, nanos), LATENCY_NANOS_MAX));
        succeeded.increment();
    }

    void failed(String why) {
        problem = why;
        failed.increment();
    }

    void slotEnded() {
        if (slots.decrementAndGet() == 0) {
            ended.complete(null);
        }
    }
}
