package dev.cleave.region.workload;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import dev.cleave.region.client.AsyncCleaveClient;
import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.client.CleaveException;
import dev.cleave.region.client.CompareResult;
import dev.cleave.region.client.KeyValue;
import dev.cleave.region.client.ScanRequest;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The client library under load. Its exceptions become outcomes: {@code Undetermined} is unknown, everything else was not applied.
 * A batch must be all puts or all deletes, as the client offers it.
 */
@AnyThread
public final class ClientTarget implements KvTarget {
    private final AsyncCleaveClient client;
    private final Questions questions = new Questions();

    public ClientTarget(AsyncCleaveClient client) {
        this.client = client;
    }

    public ClientTarget(CleaveClient client) {
        this(client.async());
    }

    @Override
    public CompletableFuture<Outcome> ask(KvCommand command) {
        if (command instanceof KvCommand.Batch batch && isMixed(batch)) {
            String why = "the client takes batches of puts or of deletes; send two";
            return CompletableFuture.completedFuture(Outcome.notApplied(why));
        }
        return command.match(questions).handle((result, error) -> error == null ? Outcome.ok(result) : failed(error));
    }

    private static boolean isMixed(KvCommand.Batch batch) {
        long deletes = batch.changes().stream()
                .filter(change -> change.value() == null)
                .count();
        return deletes > 0 && deletes < batch.changes().size();
    }

    private static Outcome failed(Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof CleaveException failure) {
            return failure.outcomeUnknown() ? Outcome.unknown(message) : Outcome.notApplied(message);
        }
        return Outcome.unknown("the client failed with " + cause);
    }

    private final class Questions implements KvCommand.Cases<CompletableFuture<KvResult>> {
        private static final KvResult DONE = new KvResult.Done();

        @Override
        public CompletableFuture<KvResult> onPut(KvCommand.Put put) {
            CompletableFuture<Void> done = put.ttlMillis() == 0
                    ? client.put(put.key(), put.value())
                    : client.put(put.key(), put.value(), Duration.ofMillis(put.ttlMillis()));
            return done.thenApply(nothing -> DONE);
        }

        @Override
        public CompletableFuture<KvResult> onDelete(KvCommand.Delete delete) {
            return client.delete(delete.key()).thenApply(done -> DONE);
        }

        @Override
        public CompletableFuture<KvResult> onBatch(KvCommand.Batch batch) {
            Map<Key, Value> puts = new TreeMap<>();
            List<Key> deletes = new ArrayList<>();
            for (KvCommand.Change change : batch.changes()) {
                Value value = change.value();
                if (value == null) {
                    deletes.add(change.key());
                } else {
                    puts.put(change.key(), value);
                }
            }
            CompletableFuture<Void> written = puts.isEmpty() ? client.deleteAll(deletes) : client.putAll(puts);
            return written.thenApply(done -> DONE);
        }

        @Override
        public CompletableFuture<KvResult> onDeleteRange(KvCommand.DeleteRange delete) {
            return client.deleteRange(delete.range()).thenApply(done -> DONE);
        }

        @Override
        public CompletableFuture<KvResult> onCompareAndSet(KvCommand.CompareAndSet cas) {
            Optional<Value> expected = Optional.ofNullable(cas.expected());
            Optional<Value> next = Optional.ofNullable(cas.next());
            CompletableFuture<CompareResult> done = cas.ttlMillis() == 0
                    ? client.compareAndSet(cas.key(), expected, next)
                    : client.compareAndSet(cas.key(), expected, next, Duration.ofMillis(cas.ttlMillis()));
            return done.thenApply(compared ->
                    new KvResult.Compared(compared.isSet(), compared.previous().orElse(null)));
        }

        @Override
        public CompletableFuture<KvResult> onGet(KvCommand.Get get) {
            return client.get(get.key()).thenApply(found -> new KvResult.Found(found.orElse(null)));
        }

        @Override
        public CompletableFuture<KvResult> onBatchGet(KvCommand.BatchGet batch) {
            return client.getAll(batch.keys()).thenApply(found -> {
                List<KvResult.Pair> pairs = new ArrayList<>(found.size());
                found.forEach((key, value) -> pairs.add(new KvResult.Pair(key, value)));
                return new KvResult.Pairs(pairs, true);
            });
        }

        @Override
        public CompletableFuture<KvResult> onScan(KvCommand.Scan scan) {
            return scan(scan, scan.range(), new ArrayList<>(), 0);
        }

        /** Page after page, until the limit, the bytes or the end are reached. */
        private CompletableFuture<KvResult> scan(
                KvCommand.Scan scan, KeyRange range, List<KvResult.Pair> found, long foundBytes) {
            ScanRequest request =
                    new ScanRequest(range, scan.limit() - found.size(), scan.isReverse(), scan.isKeysOnly());
            return client.scanPage(request).thenCompose(page -> {
                long bytes = foundBytes;
                for (KeyValue row : page.rows()) {
                    found.add(new KvResult.Pair(row.key(), row.value()));
                    bytes += row.key().length() + row.value().length();
                }
                boolean isFull = found.size() >= scan.limit() || bytes >= scan.bytesMax();
                return page.rest().isEmpty() || isFull
                        ? CompletableFuture.completedFuture(
                                new KvResult.Pairs(found, page.rest().isEmpty()))
                        : scan(scan, page.rest().get(), found, bytes);
            });
        }
    }
}
