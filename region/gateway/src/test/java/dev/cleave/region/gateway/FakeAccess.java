package dev.cleave.region.gateway;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A sorted map that answers in pages of {@code pageMax}, or fails as told. */
final class FakeAccess implements KvAccess {
    final NavigableMap<Key, Value> data = new TreeMap<>();
    final List<Optional<Duration>> ttls = new ArrayList<>();
    int pageMax = 3;
    /** The scan that fails, counted from 1; 0 for none. */
    int failingScan;

    int scans;
    RuntimeException failure;

    private synchronized <T> CompletableFuture<T> answer(Supplier<T> work) {
        try {
            return failure == null
                    ? CompletableFuture.completedFuture(work.get())
                    : CompletableFuture.failedFuture(failure);
        } catch (AccessFailure told) {
            return CompletableFuture.failedFuture(told);
        }
    }

    @Override
    public CompletableFuture<Optional<Value>> get(Key key) {
        return answer(() -> Optional.ofNullable(data.get(key)));
    }

    @Override
    public CompletableFuture<Void> put(Key key, Value value, Optional<Duration> ttl) {
        return answer(() -> {
            data.put(key, value);
            ttls.add(ttl);
            return null;
        });
    }

    @Override
    public CompletableFuture<Boolean> putIfAbsent(Key key, Value value, Optional<Duration> ttl) {
        ttls.add(ttl);
        return answer(() -> data.putIfAbsent(key, value) == null);
    }

    @Override
    public CompletableFuture<Void> delete(Key key) {
        return answer(() -> {
            data.remove(key);
            return null;
        });
    }

    @Override
    public CompletableFuture<Page> scan(KeyRange range, int limit, boolean isReverse) {
        return answer(() -> {
            scans++;
            if (scans == failingScan) {
                throw new AccessFailure(AccessFailure.Kind.UNAVAILABLE, "nobody leads");
            }
            NavigableMap<Key, Value> within = data.tailMap(range.startInclusive(), true);
            within = range.hasEnd() ? within.headMap(range.endExclusive(), false) : within;
            within = isReverse ? within.descendingMap() : within;
            List<Pair> pairs = new ArrayList<>();
            within.forEach((key, value) -> {
                if (pairs.size() < Math.min(limit, pageMax)) {
                    pairs.add(new Pair(key, value));
                }
            });
            if (pairs.size() == within.size()) {
                return new Page(pairs, Optional.empty());
            }
            Key last = pairs.get(pairs.size() - 1).key();
            return new Page(
                    pairs,
                    Optional.of(
                            isReverse
                                    ? KeyRange.of(range.startInclusive(), last)
                                    : KeyRange.of(last.next(), range.endExclusive())));
        });
    }
}
