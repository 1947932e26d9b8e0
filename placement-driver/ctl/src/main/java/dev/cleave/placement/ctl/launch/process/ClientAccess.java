package dev.cleave.placement.ctl.launch.process;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import dev.cleave.region.client.AsyncCleaveClient;
import dev.cleave.region.client.CleaveException;
import dev.cleave.region.client.InvalidRequestException;
import dev.cleave.region.client.NotAppliedException;
import dev.cleave.region.client.ScanPage;
import dev.cleave.region.client.ScanRequest;
import dev.cleave.region.gateway.AccessFailure;
import dev.cleave.region.gateway.KvAccess;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What the gateways ask, asked of the client library: so any store answers for any key. */
final class ClientAccess implements KvAccess {
    private final AsyncCleaveClient client;

    ClientAccess(AsyncCleaveClient client) {
        this.client = client;
    }

    @Override
    public CompletableFuture<Optional<Value>> get(Key key) {
        return translated(client.get(key));
    }

    @Override
    public CompletableFuture<Void> put(Key key, Value value) {
        return translated(client.put(key, value));
    }

    @Override
    public CompletableFuture<Boolean> putIfAbsent(Key key, Value value) {
        return translated(client.putIfAbsent(key, value).thenApply(Optional::isEmpty));
    }

    @Override
    public CompletableFuture<Void> delete(Key key) {
        return translated(client.delete(key));
    }

    @Override
    public CompletableFuture<Page> scan(KeyRange range, int limit, boolean isReverse) {
        ScanRequest request = ScanRequest.of(range).limit(limit);
        return translated(
                client.scanPage(isReverse ? request.reversed() : request).thenApply(ClientAccess::page));
    }

    private static Page page(ScanPage page) {
        return new Page(
                page.rows().stream()
                        .map(row -> new Pair(row.key(), row.value()))
                        .toList(),
                page.rest());
    }

    private static <T> CompletableFuture<T> translated(CompletableFuture<T> answer) {
        return answer.exceptionallyCompose(failed -> CompletableFuture.failedFuture(failure(failed)));
    }

    private static Throwable failure(Throwable failed) {
        Throwable cause =
                failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
        if (!(cause instanceof CleaveException known)) {
            return cause;
        }
        return new AccessFailure(kind(known), String.valueOf(known.getMessage()));
    }

    private static AccessFailure.Kind kind(CleaveException failed) {
        if (failed.outcomeUnknown()) {
            return AccessFailure.Kind.UNDETERMINED;
        }
        if (failed instanceof InvalidRequestException) {
            return AccessFailure.Kind.INVALID;
        }
        return switch (((NotAppliedException) failed).reason()) {
            case DEADLINE -> AccessFailure.Kind.TIMED_OUT;
            case DISK_FULL -> AccessFailure.Kind.DISK_FULL;
            case UNAVAILABLE, BUSY, CLOSED, INTERRUPTED -> AccessFailure.Kind.UNAVAILABLE;
        };
    }
}
