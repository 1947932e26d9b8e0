package dev.cleave.region.client;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.NettyNetwork;
import dev.cleave.engine.wire.WireOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Makes a {@link CleaveClient}. Each setting has a default but {@link #pd}. Not thread-safe. */
public final class ClientBuilder {
    private static final int COMPLETION_THREADS = 2;

    private final List<Address> placement = new ArrayList<>();
    private UnaryOperator<ClientConfig> settings = UnaryOperator.identity();
    private @Nullable Executor completions;
    private WireOptions wire = WireOptions.defaults();

    ClientBuilder() {}

    /**
     * Wire addresses of placement driver members as HOST:PORT; one is enough to begin with, more survive its absence.
     *
     * @throws IllegalArgumentException if one is no address; the message says which
     */
    public ClientBuilder pd(String... addresses) {
        for (String address : addresses) {
            placement.addAll(Address.parseList(address));
        }
        return this;
    }

    /** Wire addresses of placement driver members. */
    public ClientBuilder pd(List<Address> addresses) {
        placement.addAll(addresses);
        return this;
    }

    /** How long a call may take, retries included; 5 s unless set. */
    public ClientBuilder callDeadline(Duration deadline) {
        return configure(config -> config.withCallDeadline(deadline));
    }

    /** How many calls, and bytes of requests, may be in flight; 10,000 and 64 MiB unless set. */
    public ClientBuilder inFlight(int callsMax, int bytesMax) {
        return configure(config -> config.withInFlight(callsMax, bytesMax));
    }

    /** Whether writes with an unknown outcome are sent again: at least once instead of at most once. Off unless set. */
    public ClientBuilder retryUndetermined(boolean retry) {
        return configure(config -> config.withRetryUndetermined(retry));
    }

    /** Whether puts and deletes that come while others to the same region are under way leave together as one request, and gets likewise. On unless set; see {@link Gathering}. */
    public ClientBuilder gathering(boolean isOn) {
        return configure(config -> config.withGathering(isOn ? Gathering.defaults() : Gathering.OFF));
    }

    /** Changes anything else of the configuration. */
    public ClientBuilder configure(UnaryOperator<ClientConfig> change) {
        UnaryOperator<ClientConfig> before = settings;
        settings = config -> change.apply(before.apply(config));
        return this;
    }

    /** Where futures are completed; a pool of two daemon threads unless set. A given one is not closed with the client. */
    public ClientBuilder completions(Executor executor) {
        completions = executor;
        return this;
    }

    /** Deadlines and bounds of links. */
    public ClientBuilder wire(WireOptions options) {
        wire = options;
        return this;
    }

    /**
     * Makes the client; connects when something is first asked.
     *
     * @throws IllegalArgumentException if a setting is wrong; the message says which
     */
    public CleaveClient build() {
        ClientConfig config = settings.apply(ClientConfig.defaults(placement));
        NettyNetwork network = new NettyNetwork("cleave-client", 1, wire);
        Clock clock = network.clock();
        Randomness randomness = Randomness.seeded(clock.nanos() ^ clock.wallMillis() << 20);
        Executor executor = completions;
        Runnable release = network::close;
        if (executor == null) {
            ForkJoinPool pool = newPool();
            executor = pool;
            release = () -> {
                network.close();
                pool.shutdown();
            };
        }
        ClientCore core = new ClientCore(config, new Rim(network, network.timers(), clock, randomness), executor);
        Closing closing = new Closing(core, true, release);
        return new CleaveClient(core, closing, config.callDeadline());
    }

    static Duration requirePositive(Duration deadline) {
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("a call's deadline must be positive, not " + deadline);
        }
        return deadline;
    }

    private static ForkJoinPool newPool() {
        return new ForkJoinPool(
                COMPLETION_THREADS,
                pool -> {
                    ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
                    thread.setName("cleave-client-completion-" + thread.getPoolIndex());
                    return thread;
                },
                null,
                true);
    }
}
