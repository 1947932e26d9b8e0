package dev.cleave.region.workload;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Timers;
import dev.cleave.region.workload.history.History;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A closed-loop load: so many logical clients, each asking, waiting and asking again. It counts what goes wrong and never stops
 * for it. Has no thread of its own: everything happens in answers and on the timers it is given, so it runs in a simulator as
 * it does outside. Start it once; any thread may start, stop and watch it.
 */
public final class LoadGenerator {
    private static final long SWEEP_NANOS = 1_000_000_000L;

    private final LoadConfig config;
    private final IntFunction<KvTarget> targets;
    private final Clock clock;
    private final Timers timers;
    private final Randomness randomness;
    private final @Nullable History history;
    private final LoadStats stats;
    private final AtomicBoolean isStarted = new AtomicBoolean();
    private final CompletableFuture<LoadSnapshot> ended = new CompletableFuture<>();

    // Touched on the timers' thread only.
    private final List<LoadClient> clients = new ArrayList<>();
    private boolean isStopping;
    private long operationsStarted;
    private int clientNumbers;
    private int clientsDone;

    /**
     * @param targets the target of each client, by its number from 0: clients are sticky
     * @param history where operations are noted; null for a load that nobody will judge. When it is full the load ends
     */
    public LoadGenerator(
            LoadConfig config,
            IntFunction<KvTarget> targets,
            Clock clock,
            Timers timers,
            Randomness randomness,
            @Nullable History history) {
        this.config = config;
        this.targets = targets;
        this.clock = clock;
        this.timers = timers;
        this.randomness = randomness;
        this.history = history;
        stats = new LoadStats(clock.nanos());
    }

    /** A load without a history. */
    public LoadGenerator(LoadConfig config, KvTarget target, Clock clock, Timers timers, Randomness randomness) {
        this(config, client -> target, clock, timers, randomness, null);
    }

    @AnyThread
    public void start() {
        if (!isStarted.compareAndSet(false, true)) {
            throw new IllegalStateException("this load was started before; make another one");
        }
        timers.execute(this::startClients);
    }

    /** Sends nothing new. The future ends when the last answer is in, at most one time-out after. */
    @AnyThread
    public CompletableFuture<LoadSnapshot> stop() {
        if (isStarted.compareAndSet(false, true)) {
            timers.execute(this::end);
        } else {
            timers.execute(() -> isStopping = true);
        }
        return ended;
    }

    /** Ends when the load has ended, by {@link #stop}, by its number of operations or because its history is full. */
    @AnyThread
    public CompletableFuture<LoadSnapshot> ended() {
        return ended.copy();
    }

    /** Everything since the start. */
    @AnyThread
    public LoadSnapshot snapshot() {
        return stats.snapshot(clock.nanos());
    }

    /** Operations that were answered as done since the start: cheap to ask often. */
    @AnyThread
    public long succeeded() {
        return stats.succeeded();
    }

    /** Operations that were never answered. */
    @AnyThread
    public long hung() {
        return stats.hung();
    }

    /** Everything since the previous call of this method: for one watcher that reports as it goes. */
    @AnyThread
    public LoadSnapshot interval() {
        return stats.interval(clock.nanos());
    }

    private void startClients() {
        String run = Long.toHexString(randomness.nextLong() >>> 32);
        for (int client = 0; client < config.clients(); client++) {
            CommandChooser commands = new CommandChooser(config, randomness.fork(), run, client);
            clients.add(new LoadClient(this, targets.apply(client), commands));
        }
        timers.schedule(SWEEP_NANOS, this::sweep);
        for (LoadClient client : clients) {
            client.next();
        }
    }

    private void sweep() {
        long nowNanos = clock.nanos();
        for (LoadClient client : clients) {
            client.giveUpIfOverdue(nowNanos, config.answerWithin().toNanos());
        }
        if (!ended.isDone()) {
            timers.schedule(SWEEP_NANOS, this::sweep);
        }
    }

    boolean mayStartAnother() {
        if (isStopping || operationsStarted >= config.operationsMax()) {
            return false;
        }
        operationsStarted++;
        return true;
    }

    void clientDone() {
        clientsDone++;
        if (clientsDone == config.clients()) {
            end();
        }
    }

    private void end() {
        stats.ended(clock.nanos());
        ended.complete(snapshot());
    }

    void historyIsFull() {
        isStopping = true;
    }

    int nextClientNumber() {
        return clientNumbers++;
    }

    boolean isStopping() {
        return isStopping;
    }

    LoadConfig config() {
        return config;
    }

    Clock clock() {
        return clock;
    }

    Timers timers() {
        return timers;
    }

    LoadStats stats() {
        return stats;
    }

    @Nullable
    History history() {
        return history;
    }
}
