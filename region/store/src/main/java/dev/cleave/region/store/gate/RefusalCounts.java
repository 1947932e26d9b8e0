package dev.cleave.region.store.gate;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.region.protocol.KvError.Kind;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What clients were told instead of an answer since the store began, by kind. */
@AnyThread
final class RefusalCounts {
    private final Map<Kind, LongAdder> counts = new EnumMap<>(Kind.class);
    private final Map<Busy, LongAdder> busy = new EnumMap<>(Busy.class);

    RefusalCounts() {
        for (Kind kind : Kind.values()) {
            counts.put(kind, new LongAdder());
        }
        for (Busy why : Busy.values()) {
            busy.put(why, new LongAdder());
        }
    }

    void count(Kind kind) {
        increment(counts.get(kind));
    }

    void count(Busy why) {
        increment(busy.get(why));
    }

    private static void increment(@Nullable LongAdder counter) {
        if (counter != null) {
            counter.increment();
        }
    }

    /** As they are now; kinds of which there was none too. */
    Map<Kind, Long> sums() {
        Map<Kind, Long> sums = new EnumMap<>(Kind.class);
        counts.forEach((kind, counter) -> sums.put(kind, counter.sum()));
        return sums;
    }

    /** What the kind BUSY is made of, so far. */
    Map<Busy, Long> busySums() {
        Map<Busy, Long> sums = new EnumMap<>(Busy.class);
        busy.forEach((why, counter) -> sums.put(why, counter.sum()));
        return sums;
    }
}
