package dev.cleave.placement.server;

import dev.cleave.engine.agents.FailureListener;
import dev.cleave.engine.agents.SystemClock;
import dev.cleave.engine.agents.ThreadAgentHost;
import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.http.HttpOptions;
import dev.cleave.engine.http.HttpRoutes;
import dev.cleave.engine.http.HttpServer;
import dev.cleave.engine.kv.RocksOptions;
import dev.cleave.engine.kv.RocksStore;
import dev.cleave.engine.log.SharedLog;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.NettyNetwork;
import dev.cleave.region.replica.ReplicaOptions;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The production assembly of a placement driver: real disk, network, threads and time around a {@link PlacementNode}. */
@AnyThread
public final class PlacementServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PlacementServer.class);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final PlacementNode node;
    private final @Nullable HttpServer http;

    private PlacementServer(PlacementConfig config, FailureListener failures, HttpRoutes more) {
        try {
            Clock clock = new SystemClock();
            Randomness randomness = Randomness.seeded(new SecureRandom().nextLong());
            DataDirectory directory = closing(DataDirectory.take(config.dataDirectory(), randomness));
            RocksStore engine =
                    closing(RocksStore.open(directory.engine(), RocksOptions.ofBudget(config.engineBytes())));
            ThreadAgentHost agents = closing(new ThreadAgentHost(clock, failures));
            SharedLog log = closing(SharedLog.openChronicle(directory.log(), config.log(), agents, clock));
            NettyNetwork network = closing(new NettyNetwork("pd-wire", 1, config.wire()));
            node = closing(PlacementNode.start(new PlacementParts(
                    directory.dataUuid(),
                    directory.startNumber(),
                    config.listen(),
                    config.advertised(),
                    network,
                    engine,
                    log,
                    agents,
                    clock,
                    randomness,
                    config.raft(),
                    ReplicaOptions.defaults(),
                    config.options())));
            http = config.http() == null ? null : closing(serveHttp(config.http(), config.httpOptions(), more));
            LOG.info(
                    "placement.listening wire={} http={} data={}",
                    node.address(),
                    config.http(),
                    config.dataDirectory());
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    /**
     * Starts a placement driver.
     *
     * @param failures told when a part of it has failed and it cannot go on: the process should end
     * @throws RuntimeException in words: the directory is in use or foreign ({@link PlacementFailure}), a port is taken, the log or engine
     *     cannot be read
     */
    public static PlacementServer open(PlacementConfig config, FailureListener failures) {
        return open(config, failures, HttpRoutes.none());
    }

    /** As the other {@code open}, with more routes in its HTTP API. */
    public static PlacementServer open(PlacementConfig config, FailureListener failures, HttpRoutes more) {
        return new PlacementServer(config, failures, more);
    }

    /** Where stores, clients and tools reach it. */
    public Address address() {
        return node.address();
    }

    /** The port of the HTTP API, 0 if there is none. */
    public int httpPort() {
        HttpServer server = http;
        return server == null ? 0 : server.port();
    }

    public PlacementNode node() {
        return node;
    }

    /** Stops everything in the reverse order of its start. The second time it does nothing. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception failed) {
                LOG.error("placement.close part={}", part.getClass().getSimpleName(), failed);
            }
        }
    }

    private HttpServer serveHttp(Address at, HttpOptions options, HttpRoutes more) {
        return HttpServer.start(
                at.host(), at.port(), new PlacementHttp(node).routes().and(more), options.withThreads("pd-http", 1));
    }

    private <T extends AutoCloseable> T closing(T part) {
        parts.push(part);
        return part;
    }
}
