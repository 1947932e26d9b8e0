package dev.cleave.region.client;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The asynchronous face of a {@link CleaveClient}. Each method returns at once; its future ends before the call's deadline, on the
 * client's completion executor (never on its event loop, so what hangs on a future may block), with the answer or a
 * {@link CleaveException}. When the bounds of what may be in flight are reached, the future is refused as
 * {@link NotAppliedException.Reason#BUSY} at once. Cancelling a future does not recall the request. Thread-safe.
 *
 * <p>{@code byte[]} arguments are copied; {@link Key} and {@link Value} are not.
 */
@AnyThread
public final class AsyncCleaveClient {
    private final ClientCore core;
    private final Calls calls;
    private final Closing closing;

    AsyncCleaveClient(ClientCore core, Duration deadline, Closing closing) {
        this.core = core;
        this.calls = new Calls(core, deadline, core.completions());
        this.closing = closing;
    }

    /**
     * The same client with another deadline per call.
     *
     * @param deadline for all of a call, retries included; positive
     * @throws IllegalArgumentException if it is not
     */
    public AsyncCleaveClient withDeadline(Duration deadline) {
        return new AsyncCleaveClient(core, ClientBuilder.requirePositive(deadline), closing);
    }

    /** Reads a key; empty if it is absent. Linearizable. */
    public CompletableFuture<Optional<Value>> get(Key key) {
        return calls.get(key).begin().thenApply(found -> Optional.ofNullable(found.value()));
    }

    /** As {@link #get(Key)}. */
    public CompletableFuture<Optional<byte[]>> get(byte[] key) {
        return calls.get(Key.copyOf(key)).begin().thenApply(found -> Bytes.of(found.value()));
    }

    /** As {@link #get(Key)}, with the key as UTF-8. */
    public CompletableFuture<Optional<byte[]>> get(String key) {
        return calls.get(Key.utf8(key)).begin().thenApply(found -> Bytes.of(found.value()));
    }

    /** Sets a key, whatever it held. When it is done, a quorum has forced the value to disk. */
    public CompletableFuture<Void> put(Key key, Value value) {
        return calls.put(key, value).begin().thenAccept(done -> {});
    }

    /** As {@link #put(Key, Value)}. */
    public CompletableFuture<Void> put(byte[] key, byte[] value) {
        return put(Key.copyOf(key), Value.own(value.clone()));
    }

    /** As {@link #put(Key, Value)}, with both as UTF-8. */
    public CompletableFuture<Void> put(String key, String value) {
        return put(Key.utf8(key), Value.utf8(value));
    }

    /**
     * Puts a value that lives for {@code ttl}, from when the store that leads the region takes it in, by that store's wall clock; then nobody sees it any more.
     *
     * @param ttl more than nothing, at most 100 years; counted in milliseconds, rounded up
     */
    public CompletableFuture<Void> put(Key key, Value value, Duration ttl) {
        return calls.put(key, value, ttl).begin().thenAccept(done -> {});
    }

    /** Deletes a key; one that is absent is no error. */
    public CompletableFuture<Void> delete(Key key) {
        return calls.delete(key).begin().thenAccept(done -> {});
    }

    /** As {@link #delete(Key)}. */
    public CompletableFuture<Void> delete(byte[] key) {
        return delete(Key.copyOf(key));
    }

    /** As {@link #delete(Key)}, with the key as UTF-8. */
    public CompletableFuture<Void> delete(String key) {
        return delete(Key.utf8(key));
    }

    /** Sets {@code key} to {@code next} (empty deletes it) if it holds {@code expected} (empty: is absent). Atomic against every writer. */
    public CompletableFuture<CompareResult> compareAndSet(Key key, Optional<Value> expected, Optional<Value> next) {
        return calls.compareAndSet(key, expected.orElse(null), next.orElse(null))
                .begin()
                .thenApply(compared -> new CompareResult(compared.isSet(), Optional.ofNullable(compared.previous())));
    }

    /** Puts {@code value} if the key is absent; answers what the key held before, empty if the put took effect. */
    public CompletableFuture<Optional<Value>> putIfAbsent(Key key, Value value) {
        return calls.compareAndSet(key, null, value)
                .begin()
                .thenApply(compared -> Optional.ofNullable(compared.previous()));
    }

    /** As {@link #putIfAbsent(Key, Value)} with a value that lives for {@code ttl}: a lock that is given back even if its holder dies. */
    public CompletableFuture<Optional<Value>> putIfAbsent(Key key, Value value, Duration ttl) {
        return calls.compareAndSet(key, null, value, ttl)
                .begin()
                .thenApply(compared -> Optional.ofNullable(compared.previous()));
    }

    /** As the other {@code compareAndSet}; {@code next} lives for {@code ttl}. */
    public CompletableFuture<CompareResult> compareAndSet(
            Key key, Optional<Value> expected, Optional<Value> next, Duration ttl) {
        return calls.compareAndSet(key, expected.orElse(null), next.orElse(null), ttl)
                .begin()
                .thenApply(compared -> new CompareResult(compared.isSet(), Optional.ofNullable(compared.previous())));
    }

    /** Puts all pairs. Atomic within each region only; see {@link UndeterminedException} for what a partial failure tells. */
    public CompletableFuture<Void> putAll(Map<Key, Value> pairs) {
        if (pairs.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return calls.write(new TreeMap<>(pairs)).begin().thenAccept(done -> {});
    }

    /** The values of those keys that are present, in key order. */
    public CompletableFuture<NavigableMap<Key, Value>> getAll(Collection<Key> keys) {
        if (keys.isEmpty()) {
            return CompletableFuture.completedFuture(new TreeMap<>());
        }
        return calls.getAll(new TreeSet<>(keys)).begin();
    }

    /** Deletes all keys. Atomic within each region only. */
    public CompletableFuture<Void> deleteAll(Collection<Key> keys) {
        if (keys.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return calls.write(deletions(keys)).begin().thenAccept(done -> {});
    }

    /** Puts (value present) and deletes (empty) together. Atomic within each region only. */
    public CompletableFuture<Void> writeAll(Map<Key, Optional<Value>> changes) {
        if (changes.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return calls.write(nullable(changes)).begin().thenAccept(done -> {});
    }

    /** Deletes every key of {@code range}. Atomic within each region only. */
    public CompletableFuture<Void> deleteRange(KeyRange range) {
        return calls.deleteRange(range).begin().thenAccept(done -> {});
    }

    /** All rows up to the request's limit, at most 64 MiB of them; the whole scan shares one deadline. */
    public CompletableFuture<List<KeyValue>> scan(ScanRequest request) {
        return calls.scan(request, false).begin().thenApply(ScanPage::rows);
    }

    /** One page, which is a snapshot; continue with {@code request} over {@link ScanPage#rest}. */
    public CompletableFuture<ScanPage> scanPage(ScanRequest request) {
        return calls.scan(request, true).begin();
    }

    /** Refuses new calls, lets the ones in flight end within the drain limit, then closes all links. */
    public CompletableFuture<Void> close() {
        return closing.begin();
    }

    static TreeMap<Key, @Nullable Value> deletions(Collection<Key> keys) {
        TreeMap<Key, @Nullable Value> changes = new TreeMap<>();
        keys.forEach(key -> changes.put(key, null));
        return changes;
    }

    static TreeMap<Key, @Nullable Value> nullable(Map<Key, Optional<Value>> changes) {
        TreeMap<Key, @Nullable Value> sorted = new TreeMap<>();
        changes.forEach((key, value) -> sorted.put(key, value.orElse(null)));
        return sorted;
    }
}
