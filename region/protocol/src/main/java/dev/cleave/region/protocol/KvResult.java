package dev.cleave.region.protocol;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a region answers when it has done what was asked. */
public sealed interface KvResult {
    /** Exhaustive choice: a new variant does not compile until all have answered. */
    <R> R match(Cases<R> cases);

    /** One answer per variant. */
    interface Cases<R> {
        R onDone(Done done);

        R onFound(Found found);

        R onPairs(Pairs pairs);

        R onCompared(Compared compared);
    }

    /** A write took effect. */
    record Done() implements KvResult {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onDone(this);
        }
    }

    /** Answer to a get. */
    record Found(@Nullable Value value) implements KvResult {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onFound(this);
        }
    }

    /**
     * Answer to a batch get (absent keys left out, the order is that of the request) or one page of a scan (in the scan's order).
     *
     * @param isComplete whether everything asked for was looked at. If not, the page is full, holds at least one pair, and covers
     *     exactly what was asked for up to its last pair: ask again for what lies behind it
     */
    record Pairs(List<Pair> pairs, boolean isComplete) implements KvResult {
        public Pairs {
            pairs = List.copyOf(pairs);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onPairs(this);
        }
    }

    record Pair(Key key, Value value) {}

    /** Answer to a compare-and-set: whether it took effect, and what the key held before. */
    record Compared(boolean isSet, @Nullable Value previous) implements KvResult {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onCompared(this);
        }
    }
}
