package dev.cleave.region.client;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.OwnedBy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One call of a user: some {@link RegionTask}s, a bounded number at a time. It ends when all that has been sent has settled, so a
 * caller who was told the end knows that nothing of the call is still under way in this client. Writes that took effect in some
 * regions and failed in others end as undetermined.
 */
@OwnedBy("client loop")
abstract class Operation<T> {
    final ClientCore core;
    final CallSpec spec;
    private final Executor completions;
    private final CompletableFuture<T> future = new CompletableFuture<>();
    private final Deque<RegionTask> queue = new ArrayDeque<>();
    private final Set<RegionTask> live = new LinkedHashSet<>();
    private @Nullable Failure failure;
    private int partsDone;
    private boolean isPumping;
    private boolean hasEnded;

    Operation(ClientCore core, CallSpec spec, Executor completions) {
        this.core = core;
        this.spec = spec;
        this.completions = completions;
    }

    /** Adds the first tasks. */
    abstract void addTasks();

    /** What the caller gets once all tasks are done. */
    abstract T result();

    /** How much the result holds so far. */
    long resultBytes() {
        return 0;
    }

    CompletableFuture<T> future() {
        return future;
    }

    void begin() {
        addTasks();
        pump();
    }

    /** Adds a task; started when there is room, never from within this call. */
    void add(RegionTask task) {
        queue.add(task);
    }

    void onTaskDone(RegionTask task) {
        Invariant.check(live.remove(task), "a task ends once");
        partsDone++;
        if (resultBytes() > core.config().resultBytesMax()) {
            fail(Failure.invalid(
                    spec.what(),
                    "the result is larger than " + core.config().resultBytesMax()
                            + " bytes; ask for fewer keys, or scan page by page"));
        }
        pump();
    }

    void onTaskFailed(RegionTask task, Failure why) {
        Invariant.check(live.remove(task), "a task ends once");
        fail(why);
    }

    /** Ends everything now, as the client closes. */
    void abort(Failure why) {
        noteFailure(why);
        new ArrayList<>(live).forEach(task -> task.abort(why, true));
        pump();
    }

    /** Fails the call; what is under way and may have an effect is still waited for. */
    void fail(Failure why) {
        noteFailure(why);
        new ArrayList<>(live).forEach(task -> task.abort(why, false));
        pump();
    }

    /** Refuses the call before it has begun, from any thread. */
    void refuse(Failure why) {
        core.counters().countFailure(why.kind());
        CleaveException exception = why.toException(elapsed());
        complete(() -> future.completeExceptionally(exception));
    }

    private void noteFailure(Failure why) {
        Failure known = failure;
        if (known == null || (known.kind() != Failure.Kind.UNDETERMINED && why.kind() == Failure.Kind.UNDETERMINED)) {
            failure = why;
        }
    }

    private void pump() {
        if (isPumping) {
            return;
        }
        isPumping = true;
        while (failure == null
                && !queue.isEmpty()
                && live.size() < core.config().regionsAtOnceMax()) {
            RegionTask next = queue.remove();
            live.add(next);
            next.start();
        }
        isPumping = false;
        if (live.isEmpty() && (queue.isEmpty() || failure != null)) {
            end();
        }
    }

    private void end() {
        if (hasEnded) {
            return;
        }
        hasEnded = true;
        queue.clear();
        core.ended(this);
        Failure why = failure;
        if (why == null) {
            T result = result();
            core.counters().done.increment();
            complete(() -> future.complete(result));
            return;
        }
        Failure verdict = verdict(why);
        core.counters().countFailure(verdict.kind());
        CleaveException exception = verdict.toException(elapsed());
        complete(() -> future.completeExceptionally(exception));
    }

    private Failure verdict(Failure why) {
        return spec.isWrite() && partsDone > 0 && why.kind() != Failure.Kind.UNDETERMINED
                ? why.as(
                        Failure.Kind.UNDETERMINED,
                        "applied in " + partsDone + (partsDone == 1 ? " region" : " regions")
                                + " but not in all, because: " + why.message())
                : why;
    }

    private Duration elapsed() {
        return Duration.ofNanos(core.rim().clock().nanos() - spec.startNanos());
    }

    private void complete(Runnable completion) {
        try {
            completions.execute(completion);
        } catch (RejectedExecutionException executorIsClosed) {
            completion.run();
        }
    }
}
