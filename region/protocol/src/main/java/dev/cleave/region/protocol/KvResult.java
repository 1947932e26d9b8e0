package dev.cleave.region.protocol;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a region answers when it has done what was asked. */
public sealed interface KvResult {
    /** A write took effect. */
    record Done() implements KvResult {}

    /** Answer to a get. */
    record Found(@Nullable Value value) implements KvResult {}

    /** Answer to a batch get (absent keys left out) or one page of a scan. */
    record Pairs(List<Pair> pairs, boolean isComplete) implements KvResult {
        public Pairs {
            pairs = List.copyOf(pairs);
        }
    }

    record Pair(Key key, Value value) {}

    /** Answer to a compare-and-set: whether it took effect, and what the key held before. */
    record Compared(boolean isSet, @Nullable Value previous) implements KvResult {}
}
