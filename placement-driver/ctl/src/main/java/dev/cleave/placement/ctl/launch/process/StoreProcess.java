package dev.cleave.placement.ctl.launch.process;

import dev.cleave.engine.agents.FailureListener;
import dev.cleave.engine.agents.TurnTimes;
import dev.cleave.engine.http.HttpMetrics;
import dev.cleave.engine.http.HttpOptions;
import dev.cleave.engine.http.HttpRoutes;
import dev.cleave.engine.http.HttpServer;
import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.gateway.ClientAccess;
import dev.cleave.region.gateway.KvHttp;
import dev.cleave.region.store.StoreConfig;
import dev.cleave.region.store.StoreServer;
import dev.cleave.region.store.StoreStatus;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running store with its HTTP API. Keys asked for over HTTP go through the client library, so any store answers for any key; the rest tells of
 * this node alone.
 */
public final class StoreProcess implements ServerProcess {
    private static final Logger LOG = LoggerFactory.getLogger(StoreProcess.class);
    /** How long leaders are moved away before it stops. */
    private static final Duration LEAVE_LIMIT = Duration.ofSeconds(8);

    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(1);
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final CleaveClient client;
    private final HttpServer http;
    private volatile @Nullable StoreServer store;

    private StoreProcess(StoreSettings settings, FailureListener failures, boolean isProfiled) {
        ServerSettings common = settings.server();
        try {
            client = closing(CleaveClient.builder()
                    .pd(settings.placement())
                    .configure(config -> config.withDrainLimit(DRAIN_LIMIT))
                    .wire(common.wire())
                    .build());
            StoreMetrics metrics =
                    closing(new StoreMetrics(() -> Optional.ofNullable(store).map(StoreServer::node), client::stats));
            TurnTimes turns = isProfiled ? TurnTimes.measured() : TurnTimes.NONE;
            if (isProfiled) {
                metrics.profile(turns);
            }
            http = closing(serveHttp(common, metrics));
            StoreConfig config = StoreConfig.of(
                            common.data(), settings.placement(), common.listen(), settings.httpAdvertised(http.port()))
                    .withAdvertised(common.advertise().orElse(null))
                    .withLog(common.log())
                    .withWire(common.wire(), settings.eventLoops())
                    .withOptions(settings.options())
                    .withMemory(settings.memory());
            if (settings.nodesInProcess() > 1) {
                config = config.withEngineBytes(settings.memory().engineBytes() / settings.nodesInProcess());
            }
            StoreServer server = closing(StoreServer.open(config, failures, metrics.stages(), turns));
            store = server;
            LOG.info("event=listening role=store listen={} http={}", server.address(), common.http());
            server.node()
                    .serving()
                    .thenRun(() -> LOG.info(
                            "event=ready role=store store={} listen={}",
                            server.node().identity().storeId(),
                            server.address()));
        } catch (RuntimeException failed) {
            closeAtOnce();
            throw failed;
        }
    }

    /**
     * Starts it; it listens when this returns, and serves as soon as the placement driver knows it.
     *
     * @param failures told when a part of it has failed, or the placement driver refuses it, and it cannot go on; on the thread that failed
     * @throws dev.cleave.placement.ctl.command.CommandFailure if it cannot start, in words
     */
    public static StoreProcess start(StoreSettings settings, FailureListener failures) {
        return start(settings, failures, false);
    }

    /** As the other {@code start}; {@code isProfiled} says whether it tells where the time of writes goes. */
    public static StoreProcess start(StoreSettings settings, FailureListener failures, boolean isProfiled) {
        Starting.checkDirectory(settings.server().data());
        Exposure.tell(settings.server());
        return Starting.explained(() -> new StoreProcess(settings, failures, isProfiled));
    }

    private HttpServer serveHttp(ServerSettings settings, StoreMetrics metrics) {
        DigestRoute digests = closing(new DigestRoute(this::digest));
        HttpRoutes routes = KvHttp.keyRoutes(new ClientAccess(client.async()), metrics, System::nanoTime)
                .and(KvHttp.nodeRoutes(this::whyNotReady, this::statusJson))
                .and(digests.routes())
                .and(HttpMetrics.routes(metrics.registry()))
                .and(ConfigRoute.of(settings.shown()));
        HttpOptions given = settings.httpOptions();
        HttpOptions options = given.withThreads("store-http", 1)
                .withBounds(KvHttp.BODY_BYTES_MAX, given.bodiesBytesMax(), given.connectionsMax());
        return HttpServer.start(settings.http().host(), settings.http().port(), routes, options);
    }

    private Optional<Digest> digest(long region) {
        StoreServer server = store;
        return server == null
                ? Optional.empty()
                : server.node()
                        .digest(region)
                        .map(held -> new Digest(held.region(), held.appliedIndex(), held.keys(), held.checksum()));
    }

    /** Empty until the store is open. */
    private Optional<StoreStatus> status() {
        return Optional.ofNullable(store).map(server -> server.node().status());
    }

    private Map<String, ?> statusJson() {
        return status().<Map<String, ?>>map(StoreStatusJson::of)
                .orElseGet(
                        () -> Map.of("apiVersion", "v1", "kind", "StoreStatus", "node", Map.of("state", "starting")));
    }

    private Optional<String> whyNotReady() {
        Optional<StoreStatus> status = status();
        if (status.isEmpty()) {
            return Optional.of("the store is starting");
        }
        return switch (status.get().state()) {
            case SERVING -> Optional.empty();
            case REGISTERING -> Optional.of("the placement driver has not given this store an id yet");
            case LEAVING, CLOSED -> Optional.of("the store is stopping");
            case REJECTED -> Optional.of(status.get().message());
        };
    }

    /** Done when the placement driver knows it and it serves. */
    public CompletableFuture<Void> serving() {
        StoreServer server = store;
        return server == null
                ? CompletableFuture.failedFuture(new IllegalStateException("the store is not open"))
                : server.node().serving().thenRun(() -> {});
    }

    /** Where its HTTP API listens. */
    public int httpPort() {
        return http.port();
    }

    /** Stops gracefully: leaders move away first. */
    @Override
    public void close() {
        LOG.info("event=stopping role=store");
        StoreServer server = store;
        boolean isClean = server == null || server.stopGracefully(LEAVE_LIMIT);
        closeAtOnce();
        LOG.info("event=stopped role=store leadersMoved={}", isClean);
    }

    /** Stops without moving leaders: for when all stop together. */
    public void closeAtOnce() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception failed) {
                LOG.error("event=close_failed part={}", part.getClass().getSimpleName(), failed);
            }
        }
    }

    private <T extends AutoCloseable> T closing(T part) {
        parts.push(part);
        return part;
    }
}
