package dev.cleave.region.store.split;

import dev.cleave.engine.base.Key;
import org.jspecify.annotations.Nullable;

/**
 * Where one request went.
 *
 * @param end the end of the range that it read or deleted, exclusive; null for a single key. Empty: there is none
 */
public record LoadSample(Key start, @Nullable Key end) {
    boolean isLeftOf(Key key) {
        return end == null ? start.compareTo(key) < 0 : !end.isEmpty() && end.compareTo(key) <= 0;
    }

    boolean isRightOf(Key key) {
        return start.compareTo(key) >= 0;
    }
}
