package dev.cleave.region.client;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvCommand.Change;
import dev.cleave.region.protocol.KvLimits;
import dev.cleave.region.protocol.KvResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Makes the operations of one face of the client: checks what is asked, names it, gives it its deadline, and hands it to the core. The
 * blocking face waits for room and is completed on the loop; the asynchronous one is refused when there is none and completed on the
 * caller's executor.
 */
@AnyThread
final class Calls {
    private static final Duration TTL_MAX = Duration.ofMillis(KvCommand.TTL_MILLIS_MAX);

    private static final int OVERHEAD_BYTES = 64;

    private final ClientCore core;
    private final long deadlineNanos;
    private final Executor completions;

    Calls(ClientCore core, Duration deadline, Executor completions) {
        this.core = core;
        this.deadlineNanos = deadline.toNanos();
        this.completions = completions;
    }

    /** A call made and not yet begun. */
    record Call<T>(
            ClientCore core,
            Operation<T> operation,
            @Nullable Failure problem) {
        CompletableFuture<T> begin() {
            if (problem != null) {
                operation.refuse(problem);
                return operation.future();
            }
            return core.submit(operation);
        }

        /** Begins, once there is room, and waits for the end. */
        T await() {
            return beginWaiting().await();
        }

        /** Begins once there is room, which the calling thread waits for. */
        Begun<T> beginWaiting() {
            try {
                return new Begun<>(problem == null ? core.submitWaiting(operation) : begin(), operation.spec, core);
            } catch (InterruptedException interrupted) {
                throw notBegun();
            }
        }

        private CleaveException notBegun() {
            Thread.currentThread().interrupt();
            Failure failure = Failure.notApplied(
                    NotAppliedException.Reason.INTERRUPTED,
                    operation.spec.what(),
                    "the thread was interrupted while it waited for room");
            return failure.toException(Duration.ofNanos(core.rim().clock().nanos() - operation.spec.startNanos()));
        }
    }

    /** A call under way. */
    record Begun<T>(CompletableFuture<T> future, CallSpec spec, ClientCore core) {
        T await() {
            return Waiting.await(future, spec, core.rim().clock().nanos());
        }
    }

    Call<KvResult.Found> get(Key key) {
        return point("get of key", key, new KvCommand.Get(key), KvResult.Found.class);
    }

    Call<KvResult.Done> put(Key key, Value value) {
        return point("put of key", key, new KvCommand.Put(key, value), KvResult.Done.class);
    }

    Call<KvResult.Done> put(Key key, Value value, Duration ttl) {
        return point("put of key", key, new KvCommand.Put(key, value, millis(ttl)), KvResult.Done.class);
    }

    /** Rounded up, so that nothing lives shorter than it was told to; -1 for what {@link KvLimits} refuses. */
    private static long millis(Duration ttl) {
        boolean isPossible = !ttl.isNegative() && !ttl.isZero() && ttl.compareTo(TTL_MAX) <= 0;
        return isPossible ? ttl.plusNanos(999_999).toMillis() : -1;
    }

    Call<KvResult.Done> delete(Key key) {
        return point("delete of key", key, new KvCommand.Delete(key), KvResult.Done.class);
    }

    Call<KvResult.Compared> compareAndSet(Key key, @Nullable Value expected, @Nullable Value next) {
        return compareAndSet(new KvCommand.CompareAndSet(key, expected, next));
    }

    Call<KvResult.Compared> compareAndSet(Key key, @Nullable Value expected, @Nullable Value next, Duration ttl) {
        return compareAndSet(new KvCommand.CompareAndSet(key, expected, next, millis(ttl)));
    }

    private Call<KvResult.Compared> compareAndSet(KvCommand.CompareAndSet command) {
        Key key = command.key();
        return point("compare-and-set of key", key, command, KvResult.Compared.class);
    }

    /** Values of null delete. */
    Call<KvResult.Done> write(TreeMap<Key, @Nullable Value> changes) {
        List<Change> list = new ArrayList<>(changes.size());
        changes.forEach((key, value) -> list.add(new Change(key, value)));
        KvCommand whole = new KvCommand.Batch(list);
        CallSpec spec = spec("batch write of", list.size() + " keys", whole);
        return checked(new BatchWrite(core, spec, completions, list), whole);
    }

    Call<NavigableMap<Key, Value>> getAll(SortedSet<Key> keys) {
        KvCommand whole = new KvCommand.BatchGet(List.copyOf(keys));
        CallSpec spec = spec("batch get of", keys.size() + " keys", whole);
        return checked(new BatchRead(core, spec, completions, List.copyOf(keys)), whole);
    }

    Call<KvResult.Done> deleteRange(KeyRange range) {
        KvCommand whole = new KvCommand.DeleteRange(range);
        return checked(new RangeDelete(core, spec("delete of range", range, whole), completions, range), whole);
    }

    Call<ScanPage> scan(ScanRequest request, boolean isOnePage) {
        int limit = Math.min(request.limit(), KvCommand.SCAN_LIMIT_MAX);
        int bytes = core.config().scanPageBytes();
        KvCommand page = new KvCommand.Scan(request.range(), limit, bytes, request.isReverse(), request.isKeysOnly());
        CallSpec spec = spec(request.isReverse() ? "reverse scan of" : "scan of", request.range(), page);
        return checked(new ScanOperation(core, spec, completions, request, isOnePage), page);
    }

    private <R extends KvResult> Call<R> point(String verb, Key key, KvCommand command, Class<R> answer) {
        CallSpec spec = spec(verb, key, command);
        return checked(new PointOperation<>(core, spec, completions, key, command, answer), command);
    }

    private <T> Call<T> checked(Operation<T> operation, KvCommand whole) {
        String problem = KvLimits.problem(whole).orElse(null);
        return new Call<>(core, operation, problem == null ? null : Failure.invalid(operation.spec.what(), problem));
    }

    private CallSpec spec(String verb, Object subject, KvCommand command) {
        long now = core.rim().clock().nanos();
        long bytes = OVERHEAD_BYTES + KvCodec.payloadBytes(command);
        return new CallSpec(
                verb, subject, command.isWrite(), now, now + deadlineNanos, (int) Math.min(Integer.MAX_VALUE, bytes));
    }
}
