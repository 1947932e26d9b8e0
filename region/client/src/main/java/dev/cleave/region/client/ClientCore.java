package dev.cleave.region.client;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Timers;
import dev.cleave.region.client.NotAppliedException.Reason;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The parts of one client and the border between its callers and its loop. Marked methods may be called by any thread; all else, and
 * everything it holds, belongs to the loop.
 */
final class ClientCore {
    private final ClientConfig config;
    private final Rim rim;
    private final Counters counters = new Counters();
    private final InFlightGate gate;
    private final RouteCache routes;
    private final StoreConnections stores;
    private final Gatherers gatherers;
    private final PdAsker placement;
    private final RouteFinder finder;
    private final Executor completions;
    private final Set<Operation<?>> live = new LinkedHashSet<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private volatile boolean isClosing;
    private Timers.@Nullable Cancellable drainTimer;
    private long lastRequestId;
    private boolean isShut;

    ClientCore(ClientConfig config, Rim rim, Executor completions) {
        this.config = config;
        this.rim = rim;
        this.completions = completions;
        this.gate = new InFlightGate(config.inFlightCallsMax(), config.inFlightBytesMax());
        this.routes = new RouteCache(config.routesMax());
        ClusterIdentity cluster = new ClusterIdentity();
        this.stores = new StoreConnections(rim, config, counters, cluster, routes);
        this.gatherers = new Gatherers(rim, config.gathering(), stores);
        this.placement = new PdAsker(rim, config, counters, cluster);
        this.finder = new RouteFinder(rim, config, placement, routes, counters);
    }

    /** Begins a call; refused as busy at once if there is no room. */
    @AnyThread
    <T> CompletableFuture<T> submit(Operation<T> operation) {
        if (isClosing) {
            operation.refuse(closedFailure(operation.spec));
        } else if (!gate.tryEnter(operation.spec.requestBytes())) {
            operation.refuse(busyFailure(operation.spec));
        } else {
            enter(operation);
        }
        return operation.future();
    }

    /** Begins a call once there is room, which the calling thread waits for until the call's deadline. */
    @AnyThread
    <T> CompletableFuture<T> submitWaiting(Operation<T> operation) throws InterruptedException {
        long waitNanos = operation.spec.deadlineNanos() - rim.clock().nanos();
        if (isClosing) {
            operation.refuse(closedFailure(operation.spec));
        } else if (!gate.enter(operation.spec.requestBytes(), waitNanos)) {
            operation.refuse(busyFailure(operation.spec));
        } else {
            enter(operation);
        }
        return operation.future();
    }

    /** Asks the placement driver; answers come on the completion executor. */
    @AnyThread
    CompletableFuture<PdReply> ask(PdRequest request, long deadlineNanos) {
        return PdFutures.ask(placement, completions, request, deadlineNanos);
    }

    @AnyThread
    ClientStats stats() {
        return counters.snapshot(gate);
    }

    @AnyThread
    ClientConfig config() {
        return config;
    }

    @AnyThread
    Rim rim() {
        return rim;
    }

    @AnyThread
    Counters counters() {
        return counters;
    }

    @AnyThread
    Executor completions() {
        return completions;
    }

    /** Refuses new calls, lets the ones in flight end within the drain limit, and closes all links. Idempotent. */
    @AnyThread
    CompletableFuture<Void> close() {
        isClosing = true;
        try {
            rim.timers().execute(this::drain);
        } catch (RejectedExecutionException loopIsGone) {
            closed.complete(null);
        }
        return closed;
    }

    // ---- the loop's side

    RouteCache routes() {
        return routes;
    }

    StoreConnections stores() {
        return stores;
    }

    Gatherers gatherers() {
        return gatherers;
    }

    RouteFinder finder() {
        return finder;
    }

    long nextRequestId() {
        return ++lastRequestId;
    }

    Backoff newBackoff() {
        return new Backoff(
                rim.randomness(),
                config.backoffMin().toNanos(),
                config.backoffMax().toNanos());
    }

    void ended(Operation<?> operation) {
        gate.leave(operation.spec.requestBytes());
        live.remove(operation);
        if (isClosing && live.isEmpty()) {
            rim.timers().execute(this::drain);
        }
    }

    private void enter(Operation<?> operation) {
        counters.calls.increment();
        try {
            rim.timers().execute(() -> begin(operation));
        } catch (RejectedExecutionException loopIsGone) {
            gate.leave(operation.spec.requestBytes());
            operation.refuse(closedFailure(operation.spec));
        }
    }

    private void begin(Operation<?> operation) {
        live.add(operation);
        if (isShut) {
            operation.abort(closedFailure(operation.spec));
        } else {
            operation.begin();
        }
    }

    private void drain() {
        if (isShut) {
            return;
        }
        if (live.isEmpty()) {
            shut();
        } else if (drainTimer == null) {
            drainTimer = rim.timers().schedule(config.drainLimit().toNanos(), this::shut);
        }
    }

    private void shut() {
        if (isShut) {
            return;
        }
        isShut = true;
        Timers.Cancellable timer = drainTimer;
        if (timer != null) {
            timer.cancel();
        }
        new ArrayList<>(live).forEach(operation -> operation.abort(closedFailure(operation.spec)));
        placement.close();
        stores.closeAll("the client was closed");
        closed.complete(null);
    }

    private Failure closedFailure(CallSpec spec) {
        return Failure.notApplied(Reason.CLOSED, spec.what(), "the client is closed");
    }

    private Failure busyFailure(CallSpec spec) {
        return Failure.notApplied(
                Reason.BUSY,
                spec.what(),
                "the client has " + gate.calls() + " calls with " + gate.bytes() + " bytes in flight, at most "
                        + config.inFlightCallsMax() + " and " + config.inFlightBytesMax() + " are allowed");
    }
}
