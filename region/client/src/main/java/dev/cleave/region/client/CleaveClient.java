package dev.cleave.region.client;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Timers;
import dev.cleave.engine.base.Value;
import dev.cleave.engine.wire.Network;
import dev.cleave.region.protocol.PlacementDriver;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Reads and writes a Cleave cluster. Thread-safe; make one and share it.
 *
 * <pre>{@code
 * try (CleaveClient client = CleaveClient.builder().pd("127.0.0.1:2379").build()) {
 *     client.put("greeting", "hello");
 *     client.get("greeting");
 * }
 * }</pre>
 *
 * <p>The methods here wait for the answer, and for room when too much is in flight; {@link #async} does not. Every call ends before
 * its deadline (5 s unless told otherwise). A write ends in one of three ways: it returns (applied), or it throws
 * {@link NotAppliedException} or {@link InvalidRequestException} (certainly not applied), or {@link UndeterminedException} (may or may
 * not have been). Reads and writes of one key are linearizable; batches and scans are atomic within one region only.
 *
 * <p>Keys are 1 to 4096 bytes, values up to 4 MiB; texts are taken as UTF-8. {@code byte[]} arguments are copied, {@link Key} and
 * {@link Value} are not.
 */
@AnyThread
public final class CleaveClient implements AutoCloseable {
    private final ClientCore core;
    private final Closing closing;
    private final Duration deadline;
    private final Calls calls;

    CleaveClient(ClientCore core, Closing closing, Duration deadline) {
        this.core = core;
        this.closing = closing;
        this.deadline = deadline;
        this.calls = new Calls(core, deadline, Runnable::run);
    }

    /** Starts making a client with a network and threads of its own. */
    public static ClientBuilder builder() {
        return new ClientBuilder();
    }

    /** As the other {@code assemble}, with futures of {@link #async} completed on the loop itself. */
    public static CleaveClient assemble(
            ClientConfig config, Network network, Timers timers, Clock clock, Randomness randomness) {
        return assemble(config, network, timers, clock, randomness, Runnable::run);
    }

    /**
     * A client on parts handed in, for embedding and for simulation: {@code timers} is the loop that owns all its state, and with a
     * simulated network, clock and seeded randomness it behaves alike on every run. If the loop is the caller's own thread only
     * {@link #async} may be used, for the methods here wait. Closing leaves the parts open and does not wait.
     *
     * @param completions where futures of {@link #async} are completed
     */
    public static CleaveClient assemble(
            ClientConfig config,
            Network network,
            Timers timers,
            Clock clock,
            Randomness randomness,
            Executor completions) {
        ClientCore core = new ClientCore(config, new Rim(network, timers, clock, randomness), completions);
        return new CleaveClient(core, new Closing(core, false, () -> {}), config.callDeadline());
    }

    /** The face that returns futures. */
    public AsyncCleaveClient async() {
        return new AsyncCleaveClient(core, deadline, closing);
    }

    /** The same client with another deadline per call. Closing either closes both. */
    public CleaveClient withDeadline(Duration callDeadline) {
        return new CleaveClient(core, closing, ClientBuilder.requirePositive(callDeadline));
    }

    public Optional<Value> get(Key key) {
        return Optional.ofNullable(calls.get(key).await().value());
    }

    public Optional<byte[]> get(byte[] key) {
        return Bytes.of(calls.get(Key.copyOf(key)).await().value());
    }

    public Optional<byte[]> get(String key) {
        return Bytes.of(calls.get(Key.utf8(key)).await().value());
    }

    public void put(Key key, Value value) {
        calls.put(key, value).await();
    }

    /** As {@link AsyncCleaveClient#put(Key, Value, Duration)}. */
    public void put(Key key, Value value, Duration ttl) {
        calls.put(key, value, ttl).await();
    }

    public void put(byte[] key, byte[] value) {
        put(Key.copyOf(key), Value.own(value.clone()));
    }

    public void put(String key, byte[] value) {
        put(Key.utf8(key), Value.own(value.clone()));
    }

    public void put(String key, String value) {
        put(Key.utf8(key), Value.utf8(value));
    }

    public void delete(Key key) {
        calls.delete(key).await();
    }

    public void delete(byte[] key) {
        delete(Key.copyOf(key));
    }

    public void delete(String key) {
        delete(Key.utf8(key));
    }

    /** Sets {@code key} to {@code next} (empty deletes it) if it holds {@code expected} (empty: is absent). Atomic against every writer. */
    public CompareResult compareAndSet(Key key, Optional<Value> expected, Optional<Value> next) {
        var compared = calls.compareAndSet(key, expected.orElse(null), next.orElse(null))
                .await();
        return new CompareResult(compared.isSet(), Optional.ofNullable(compared.previous()));
    }

    /** Puts {@code value} if the key is absent; answers what the key held before, empty if the put took effect. */
    public Optional<Value> putIfAbsent(Key key, Value value) {
        return Optional.ofNullable(calls.compareAndSet(key, null, value).await().previous());
    }

    /** As {@link AsyncCleaveClient#putIfAbsent(Key, Value, Duration)}. */
    public Optional<Value> putIfAbsent(Key key, Value value, Duration ttl) {
        return Optional.ofNullable(
                calls.compareAndSet(key, null, value, ttl).await().previous());
    }

    /**
     * Puts all pairs, at most 10,000 of 6 MiB together. Atomic within each region only; a failure after some regions took effect is
     * an {@link UndeterminedException}.
     */
    public void putAll(Map<Key, Value> pairs) {
        if (!pairs.isEmpty()) {
            calls.write(new TreeMap<>(pairs)).await();
        }
    }

    /** The values of those keys that are present, in key order; at most 10,000 keys. */
    public NavigableMap<Key, Value> getAll(Collection<Key> keys) {
        return keys.isEmpty()
                ? new TreeMap<>()
                : calls.getAll(new TreeSet<>(keys)).await();
    }

    /** Deletes all keys, at most 10,000. Atomic within each region only. */
    public void deleteAll(Collection<Key> keys) {
        if (!keys.isEmpty()) {
            calls.write(AsyncCleaveClient.deletions(keys)).await();
        }
    }

    /** Puts (value present) and deletes (empty) together, at most 10,000 keys. Atomic within each region only. */
    public void writeAll(Map<Key, Optional<Value>> changes) {
        if (!changes.isEmpty()) {
            calls.write(AsyncCleaveClient.nullable(changes)).await();
        }
    }

    /** Deletes every key of {@code range}. Atomic within each region only. */
    public void deleteRange(KeyRange range) {
        calls.deleteRange(range).await();
    }

    /**
     * All rows up to the request's limit as a list, within one deadline and at most 64 MiB. The fastest way to read a few thousand
     * rows; for more use {@link #iterate} or {@link #stream}.
     */
    public List<KeyValue> scan(ScanRequest request) {
        return calls.scan(request, false).await().rows();
    }

    /** The first {@code limit} rows of {@code range}. */
    public List<KeyValue> scan(KeyRange range, int limit) {
        return scan(ScanRequest.of(range).limit(limit));
    }

    /** The last {@code limit} rows of {@code range}, highest first. */
    public List<KeyValue> scanReverse(KeyRange range, int limit) {
        return scan(ScanRequest.of(range).limit(limit).reversed());
    }

    /** One page, which is a snapshot; continue with the same request over {@link ScanPage#rest}. */
    public ScanPage scanPage(ScanRequest request) {
        return calls.scan(request, true).await();
    }

    /** Rows of a scan of any length; fetches page by page, one ahead, each with a deadline of its own. */
    public ScanIterator iterate(ScanRequest request) {
        return new ScanIterator(calls, request);
    }

    /** {@link #iterate} as a sequential stream. */
    public Stream<KeyValue> stream(ScanRequest request) {
        int traits = Spliterator.ORDERED | Spliterator.DISTINCT | Spliterator.NONNULL;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(iterate(request), traits), false);
    }

    /** Counters since the client was made. */
    public ClientStats stats() {
        return core.stats();
    }

    /** The placement driver of this client's cluster; its futures fail with {@link CleaveException}s. */
    public PlacementDriver placement() {
        return core::ask;
    }

    /**
     * Refuses new calls, waits for those in flight at most the drain limit (5 s unless told otherwise), ends the rest (sent writes as
     * undetermined), and closes links and threads. Idempotent.
     */
    @Override
    public void close() {
        closing.close();
    }
}
