package dev.cleave.region.gateway;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import dev.cleave.region.client.AsyncCleaveClient;
import dev.cleave.region.client.CleaveException;
import dev.cleave.region.client.InvalidRequestException;
import dev.cleave.region.client.NotAppliedException;
import dev.cleave.region.client.ScanRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The asynchronous client behind the gateways. Its owner closes it, after the servers in front. */
@AnyThread
public final class ClientAccess implements KvAccess {
    private final AsyncCleaveClient client;

    public ClientAccess(AsyncCleaveClient client) {
        this.client = client;
    }

    @Override
    public CompletableFuture<Optional<Value>> get(Key key) {
        return told(client.get(key));
    }

    @Override
    public CompletableFuture<Void> put(Key key, Value value, Optional<Duration> ttl) {
        return told(ttl.isPresent() ? client.put(key, value, ttl.get()) : client.put(key, value));
    }

    @Override
    public CompletableFuture<Boolean> putIfAbsent(Key key, Value value, Optional<Duration> ttl) {
        CompletableFuture<Optional<Value>> found =
                ttl.isPresent() ? client.putIfAbsent(key, value, ttl.get()) : client.putIfAbsent(key, value);
        return told(found).thenApply(Optional::isEmpty);
    }

    @Override
    public CompletableFuture<Void> delete(Key key) {
        return told(client.delete(key));
    }

    @Override
    public CompletableFuture<Page> scan(KeyRange range, int limit, boolean isReverse) {
        ScanRequest request = new ScanRequest(range, limit, isReverse, false);
        return told(client.scanPage(request)).thenApply(page -> {
            List<Pair> pairs = page.rows().stream()
                    .map(row -> new Pair(row.key(), row.value()))
                    .toList();
            return new Page(pairs, page.rest());
        });
    }

    private static <T> CompletableFuture<T> told(CompletableFuture<T> answer) {
        return answer.handle((value, error) -> {
                    if (error == null) {
                        return CompletableFuture.completedFuture(value);
                    }
                    Throwable cause =
                            error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
                    return CompletableFuture.<T>failedFuture(
                            cause instanceof CleaveException failure ? translated(failure) : cause);
                })
                .thenCompose(told -> told);
    }

    private static AccessFailure translated(CleaveException failure) {
        return new AccessFailure(kindOf(failure), String.valueOf(failure.getMessage()));
    }

    private static AccessFailure.Kind kindOf(CleaveException failure) {
        if (failure instanceof InvalidRequestException) {
            return AccessFailure.Kind.INVALID;
        }
        if (failure instanceof NotAppliedException not) {
            return switch (not.reason()) {
                case DEADLINE -> AccessFailure.Kind.TIMED_OUT;
                case UNAVAILABLE, BUSY, CLOSED, INTERRUPTED -> AccessFailure.Kind.UNAVAILABLE;
                case DISK_FULL -> AccessFailure.Kind.DISK_FULL;
            };
        }
        return AccessFailure.Kind.UNDETERMINED;
    }
}
