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

    /** As the other {@code assemble}, with futures of {@link #async} completed on the loop itself: what hangs on them must not block. */
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

    /** The face that returns futures; the same client, to be closed once. */
    public AsyncCleaveClient async() {
        return new AsyncCleaveClient(core, deadline, closing);
    }

    /**
     * The same client with another deadline per call. Closing either closes both.
     *
     * @param callDeadline for all of a call, retries included; positive
     * @throws IllegalArgumentException if it is not
     */
    public CleaveClient withDeadline(Duration callDeadline) {
        return new CleaveClient(core, closing, ClientBuilder.requirePositive(callDeadline));
    }

    /**
     * Reads a key; empty if it is absent. Linearizable.
     *
     * @throws NotAppliedException if nobody answered before the deadline
     * @throws InvalidRequestException if the key is empty or longer than 4096 bytes
     */
    public Optional<Value> get(Key key) {
        return Optional.ofNullable(calls.get(key).await().value());
    }

    /**
     * As {@link #get(Key)}. The answer is the caller's to change.
     *
     * @throws NotAppliedException if nobody answered before the deadline
     * @throws InvalidRequestException if the key is empty or longer than 4096 bytes
     */
    public Optional<byte[]> get(byte[] key) {
        return Bytes.of(calls.get(Key.copyOf(key)).await().value());
    }

    /**
     * As {@link #get(Key)}, with the key as UTF-8.
     *
     * @throws NotAppliedException if nobody answered before the deadline
     * @throws InvalidRequestException if the key is empty or longer than 4096 bytes
     */
    public Optional<byte[]> get(String key) {
        return Bytes.of(calls.get(Key.utf8(key)).await().value());
    }

    /**
     * Sets a key, whatever it held. When this returns, a quorum has forced the value to disk.
     *
     * @throws NotAppliedException if it was certainly not applied, and why
     * @throws UndeterminedException if it may or may not have been applied
     * @throws InvalidRequestException if key or value is out of bounds
     */
    public void put(Key key, Value value) {
        calls.put(key, value).await();
    }

    /**
     * Sets a key to a value that is seen for {@code ttl}, by the wall clock of the store that takes it in; then the key is absent.
     *
     * @param ttl more than nothing, at most 100 years; counted in milliseconds, rounded up
     * @throws NotAppliedException if it was certainly not applied, and why
     * @throws UndeterminedException if it may or may not have been applied
     * @throws InvalidRequestException if key or value is out of bounds
     */
    public void put(Key key, Value value, Duration ttl) {
        calls.put(key, value, ttl).await();
    }

    /**
     * As {@link #put(Key, Value)}.
     *
     * @throws NotAppliedException if it was certainly not applied, and why
     * @throws UndeterminedException if it may or may not have been applied
     * @throws InvalidRequestException if key or value is out of bounds
     */
    public void put(byte[] key, byte[] value) {
        put(Key.copyOf(key), Value.own(value.clone()));
    }

    /**
     * As {@link #put(Key, Value)}, with the key as UTF-8.
     *
     * @throws NotAppliedException if it was certainly not applied, and why
     * @throws UndeterminedException if it may or may not have been applied
     * @throws InvalidRequestException if key or value is out of bounds
     */
    public void put(String key, byte[] value) {
        put(Key.utf8(key), Value.own(value.clone()));
    }

    /**
     * As {@link #put(Key, Value)}, with both as UTF-8.
     *
     * @throws NotAppliedException if it was certainly not applied, and why
     * @throws UndeterminedException if it may or may not have been applied
     * @throws InvalidRequestException if key or value is out of bounds
     */
    public void put(String key, String value) {
        put(Key.utf8(key), Value.utf8(value));
    }

    /**
     * Deletes a key; one that is absent is no error.
     *
     * @throws NotAppliedException if it was certainly not applied, and why
     * @throws UndeterminedException if it may or may not have been applied
     * @throws InvalidRequestException if key or value is out of bounds
     */
    public void delete(Key key) {
        calls.delete(key).await();
    }

    /**
     * As {@link #delete(Key)}.
     *
     * @throws NotAppliedException if it was certainly not applied, and why
     * @throws UndeterminedException if it may or may not have been applied
     * @throws InvalidRequestException if key or value is out of bounds
     */
    public void delete(byte[] key) {
        delete(Key.copyOf(key));
    }

    /**
     * As {@link #delete(Key)}, with the key as UTF-8.
     *
     * @throws NotAppliedException if it was certainly not applied, and why
     * @throws UndeterminedException if it may or may not have been applied
     * @throws InvalidRequestException if key or value is out of bounds
     */
    public void delete(String key) {
        delete(Key.utf8(key));
    }

    /**
     * Sets {@code key} to {@code next} (empty deletes it) if it holds {@code expected} (empty: is absent). Atomic against every writer. Never sent twice.
     *
     * @throws NotAppliedException if it was certainly not applied, and why
     * @throws UndeterminedException if it may or may not have been applied
     * @throws InvalidRequestException if key or value is out of bounds
     */
    public CompareResult compareAndSet(Key key, Optional<Value> expected, Optional<Value> next) {
        var compared = calls.compareAndSet(key, expected.orElse(null), next.orElse(null))
                .await();
        return new CompareResult(compared.isSet(), Optional.ofNullable(compared.previous()));
    }

    /**
     * Puts {@code value} if the key is absent; answers what the key held before, empty if the put took effect. Atomic against every writer.
     *
     * @throws NotAppliedException if it was certainly not applied, and why
     * @throws UndeterminedException if it may or may not have been applied
     * @throws InvalidRequestException if key or value is out of bounds
     */
    public Optional<Value> putIfAbsent(Key key, Value value) {
        return Optional.ofNullable(calls.compareAndSet(key, null, value).await().previous());
    }

    /**
     * As {@link #putIfAbsent(Key, Value)} with a value that is seen for {@code ttl}: a lock that is given back even if its holder dies.
     *
     * @param ttl more than nothing, at most 100 years
     * @throws NotAppliedException if it was certainly not applied, and why
     * @throws UndeterminedException if it may or may not have been applied
     * @throws InvalidRequestException if key or value is out of bounds
     */
    public Optional<Value> putIfAbsent(Key key, Value value, Duration ttl) {
        return Optional.ofNullable(
                calls.compareAndSet(key, null, value, ttl).await().previous());
    }

    /**
     * Puts all pairs, at most 10,000 of 6 MiB together. Atomic within each region only.
     *
     * @throws NotAppliedException if nothing of it was applied, and why
     * @throws UndeterminedException if it may have been applied, or was in some regions only
     * @throws InvalidRequestException if there are too many, or a key or value is out of bounds
     */
    public void putAll(Map<Key, Value> pairs) {
        if (!pairs.isEmpty()) {
            calls.write(new TreeMap<>(pairs)).await();
        }
    }

    /**
     * The values of those keys that are present, in key order; at most 10,000 keys and 64 MiB.
     *
     * @throws NotAppliedException if not all answered before the deadline
     * @throws InvalidRequestException if there are too many, or a key is out of bounds
     */
    public NavigableMap<Key, Value> getAll(Collection<Key> keys) {
        return keys.isEmpty()
                ? new TreeMap<>()
                : calls.getAll(new TreeSet<>(keys)).await();
    }

    /**
     * Deletes all keys, at most 10,000. Atomic within each region only.
     *
     * @throws NotAppliedException if nothing of it was applied, and why
     * @throws UndeterminedException if it may have been applied, or was in some regions only
     * @throws InvalidRequestException if there are too many, or a key or value is out of bounds
     */
    public void deleteAll(Collection<Key> keys) {
        if (!keys.isEmpty()) {
            calls.write(AsyncCleaveClient.deletions(keys)).await();
        }
    }

    /**
     * Puts (value present) and deletes (empty) together, at most 10,000 keys of 6 MiB together. Atomic within each region only.
     *
     * @throws NotAppliedException if nothing of it was applied, and why
     * @throws UndeterminedException if it may have been applied, or was in some regions only
     * @throws InvalidRequestException if there are too many, or a key or value is out of bounds
     */
    public void writeAll(Map<Key, Optional<Value>> changes) {
        if (!changes.isEmpty()) {
            calls.write(AsyncCleaveClient.nullable(changes)).await();
        }
    }

    /**
     * Deletes every key of {@code range}. Atomic within each region only.
     *
     * @throws NotAppliedException if it was certainly not applied, and why
     * @throws UndeterminedException if it may have been applied, or was in some regions only
     */
    public void deleteRange(KeyRange range) {
        calls.deleteRange(range).await();
    }

    /**
     * All rows up to the request's limit as a list, within one deadline and at most 64 MiB. The fastest way to read a few thousand
     * rows; for more use {@link #iterate} or {@link #stream}.
     *
     * @throws NotAppliedException if nobody answered before the deadline
     * @throws InvalidRequestException if the limit is not positive, or more than 64 MiB would come at once
     */
    public List<KeyValue> scan(ScanRequest request) {
        return calls.scan(request, false).await().rows();
    }

    /**
     * The first {@code limit} rows of {@code range}.
     *
     * @throws NotAppliedException if nobody answered before the deadline
     * @throws InvalidRequestException if the limit is not positive, or more than 64 MiB would come at once
     */
    public List<KeyValue> scan(KeyRange range, int limit) {
        return scan(ScanRequest.of(range).limit(limit));
    }

    /**
     * The last {@code limit} rows of {@code range}, highest first.
     *
     * @throws NotAppliedException if nobody answered before the deadline
     * @throws InvalidRequestException if the limit is not positive, or more than 64 MiB would come at once
     */
    public List<KeyValue> scanReverse(KeyRange range, int limit) {
        return scan(ScanRequest.of(range).limit(limit).reversed());
    }

    /**
     * One page, which is a snapshot, of about 1 MiB at most; continue with the same request over {@link ScanPage#rest}.
     *
     * @throws NotAppliedException if nobody answered before the deadline
     * @throws InvalidRequestException if the limit is not positive
     */
    public ScanPage scanPage(ScanRequest request) {
        return calls.scan(request, true).await();
    }

    /**
     * Rows of a scan of any length; fetches page by page, one ahead, each with a deadline of its own. For one thread.
     *
     * @throws NotAppliedException from the iterator, if a page could not be read before its deadline
     */
    public ScanIterator iterate(ScanRequest request) {
        return new ScanIterator(calls, request);
    }

    /**
     * {@link #iterate} as a sequential stream; closing it early costs nothing.
     *
     * @throws NotAppliedException from the stream, if a page could not be read before its deadline
     */
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
