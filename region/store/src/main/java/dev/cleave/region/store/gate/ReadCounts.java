package dev.cleave.region.store.gate;

import dev.cleave.engine.base.AnyThread;
import java.util.concurrent.atomic.LongAdder;

/** How reads were answered since the store began. */
@AnyThread
public final class ReadCounts {
    private final LongAdder atOnce = new LongAdder();
    private final LongAdder leased = new LongAdder();
    private final LongAdder lapsed = new LongAdder();
    private final LongAdder indexed = new LongAdder();

    void atOnce() {
        atOnce.increment();
    }

    void leased() {
        leased.increment();
    }

    void lapsed() {
        lapsed.increment();
    }

    void indexed() {
        indexed.increment();
    }

    /** By a lease, from memory, on the network's thread. */
    public long answeredAtOnce() {
        return atOnce.sum();
    }

    /** By a lease, on a read agent. */
    public long answeredByLease() {
        return leased.sum();
    }

    /** Whose lease ended between the first look at it and the last; they went on by read index. */
    public long lapsedLeases() {
        return lapsed.sum();
    }

    /** By read index. */
    public long answeredByIndex() {
        return indexed.sum();
    }
}
