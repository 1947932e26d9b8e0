package dev.cleave.region.gateway;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What the gateways ask of the data behind them: the asynchronous client in production, a fake in tests. Never blocks; every
 * future ends within the caller's deadline, on any thread, and if it fails then with an {@link AccessFailure}.
 */
@AnyThread
public interface KvAccess {
    CompletableFuture<Optional<Value>> get(Key key);

    /** @param ttl how long the value is seen, empty for ever */
    CompletableFuture<Void> put(Key key, Value value, Optional<Duration> ttl);

    /** Ends with whether the key was absent, and therefore now holds {@code value}. */
    CompletableFuture<Boolean> putIfAbsent(Key key, Value value, Optional<Duration> ttl);

    CompletableFuture<Void> delete(Key key);

    /** One page of at most {@code limit} pairs; it may be shorter, even empty, though more follow. */
    CompletableFuture<Page> scan(KeyRange range, int limit, boolean isReverse);

    /** @param rest what is still to be scanned, empty at the end */
    record Page(List<Pair> pairs, Optional<KeyRange> rest) {
        public Page {
            pairs = List.copyOf(pairs);
        }
    }

    record Pair(Key key, Value value) {}
}
