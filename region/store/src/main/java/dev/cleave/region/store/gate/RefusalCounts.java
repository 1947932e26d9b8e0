package dev.cleave.region.store.gate;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.region.protocol.KvError.Kind;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What clients were told instead of an answer since the store began, by kind. */
@AnyThread
final class RefusalCounts {
    private final Map<Kind, LongAdder> counts = new EnumMap<>(Kind.class);

    RefusalCounts() {
        for (Kind kind : Kind.values()) {
            counts.put(kind, new LongAdder());
        }
    }

    void count(Kind kind) {
        LongAdder counter = counts.get(kind);
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
}
