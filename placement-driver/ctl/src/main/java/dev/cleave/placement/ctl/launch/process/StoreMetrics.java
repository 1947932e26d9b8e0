package dev.cleave.placement.ctl.launch.process;

import dev.cleave.engine.agents.TurnTimes;
import dev.cleave.region.client.ClientStats;
import dev.cleave.region.gateway.RequestTimes;
import dev.cleave.region.micrometer.ClientMeters;
import dev.cleave.region.protocol.KvError;
import dev.cleave.region.replica.StageTimes;
import dev.cleave.region.store.StoreNode;
import dev.cleave.region.store.StoreStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What {@code GET /metrics} of a store shows: its load, how long writes take, the client behind its HTTP API, and the JVM. */
final class StoreMetrics implements RequestTimes, AutoCloseable {
    /** Where the buckets of the request times end. */
    private static final Duration[] BUCKETS = LongStream.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    /** The registry refers to it weakly. */
    private final Supplier<Optional<StoreNode>> node;

    private final Supplier<ClientStats> client;
    private final ClientMeters meters;
    private final StageMeters stages = new StageMeters(registry);
    private @Nullable StageProfile profile;
    private final Map<String, Timer> timers = new ConcurrentHashMap<>();
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();

    /** @param node empty until the store is open */
    StoreMetrics(Supplier<Optional<StoreNode>> node, Supplier<ClientStats> client) {
        this.node = node;
        this.client = client;
        gauge("region.count", "replicas with a descriptor", "role", "leader", StoreStatus.Load::leaders);
        gauge("region.count", "replicas with a descriptor", "role", "follower", now -> now.regions() - now.leaders());
        of("region.asleep", "replicas whose groups sleep", Tags.empty(), StoreNode::asleep);
        gauge("snapshot.in.flight", "replicas on their way, whole", "dir", "send", StoreStatus.Load::snapshotsSending);
        gauge(
                "snapshot.in.flight",
                "replicas on their way, whole",
                "dir",
                "receive",
                StoreStatus.Load::snapshotsReceiving);
        size("log", StoreStatus.Load::logBytes);
        size("used", now -> now.disk().usedBytes());
        size("available", now -> now.disk().availableBytes());
        size("capacity", now -> now.disk().capacityBytes());
        gauge("store.requests.in.flight", "requests between arrival and answer", StoreStatus.Load::requestsInFlight);
        gauge("store.bytes.in.flight", "bytes of such requests", StoreStatus.Load::bytesInFlight);
        gauge("store.engine.memory.bytes", "memory of the engine", StoreStatus.Load::engineMemoryBytes);
        gauge("store.disk.full", "whether writes are refused for want of space", now -> now.isDiskFull() ? 1 : 0);
        for (KvError.Kind kind : KvError.Kind.values()) {
            FunctionCounter.builder("cleave.region.error", node, now -> refusals(now, kind))
                    .tag("kind", kind.name().toLowerCase(Locale.ROOT))
                    .description("requests that were answered with an error, by what it says")
                    .register(registry);
        }
        reads("lease-from-memory", StoreStatus.Reads::atOnce);
        reads("lease", StoreStatus.Reads::leased);
        reads("index", StoreStatus.Reads::indexed);
        counter("calls", "calls through the HTTP API", ClientStats::calls);
        counter("failed", "such calls that failed", ClientStats::failed);
        counter("retries", "requests of such calls that were sent again", ClientStats::retriesTotal);
        meters = new ClientMeters(client, Tags.empty());
        meters.bindTo(registry);
        Gauge.builder("cleave.build.info", () -> 1)
                .description("which version runs")
                .tag("version", version())
                .register(registry);
        registry.getPrometheusRegistry().register(new StoreSeries(node));
        new JvmMemoryMetrics().bindTo(registry);
        collections.bindTo(registry);
    }

    private static String version() {
        String version = StoreMetrics.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private static double refusals(Supplier<Optional<StoreNode>> node, KvError.Kind kind) {
        return node.get().map(now -> now.refusals().getOrDefault(kind, 0L)).orElse(0L);
    }

    /** From now on, what agents use is shown, and told every few seconds with the stages of writes. */
    void profile(TurnTimes turns) {
        profile = new StageProfile(stages, turns);
        registry.getPrometheusRegistry().register(profile);
    }

    /** Where the replica agent tells how long the stages of writes take. */
    StageTimes stages() {
        return stages;
    }

    /** Of a request to the HTTP API. */
    @Override
    public void answered(String op, int status, long nanos, long bytesIn, long bytesOut) {
        timers.computeIfAbsent(
                        op + " " + status,
                        name -> Timer.builder("cleave.http.request.duration")
                                .description("requests to the HTTP API, from whole to answered")
                                .tags("op", op, "code", Integer.toString(status))
                                .serviceLevelObjectives(BUCKETS)
                                .register(registry))
                .record(nanos, TimeUnit.NANOSECONDS);
        bytes(op, "in").increment(bytesIn);
        bytes(op, "out").increment(bytesOut);
    }

    private Counter bytes(String op, String dir) {
        return counters.computeIfAbsent(
                op + " " + dir,
                name -> Counter.builder("cleave.http.request.bytes")
                        .description("bodies of requests to the HTTP API, and of their answers")
                        .tags("op", op, "dir", dir)
                        .register(registry));
    }

    PrometheusMeterRegistry registry() {
        return registry;
    }

    private void gauge(String name, String what, ToDoubleFunction<StoreStatus.Load> value) {
        of(name, what, Tags.empty(), now -> loaded(now, value));
    }

    private void gauge(String name, String what, String tag, String of, ToDoubleFunction<StoreStatus.Load> value) {
        of(name, what, Tags.of(tag, of), now -> loaded(now, value));
    }

    private void size(String kind, ToDoubleFunction<StoreStatus.Load> value) {
        gauge("storage.size.bytes", "its log, all its files, and the disk that they are on", "kind", kind, value);
    }

    private void of(String name, String what, Tags tags, ToDoubleFunction<StoreNode> value) {
        Gauge.builder("cleave." + name, node, now -> {
                    StoreNode seen = now.get().orElse(null);
                    return seen == null ? 0 : value.applyAsDouble(seen);
                })
                .description(what)
                .tags(tags)
                .register(registry);
    }

    private static double loaded(StoreNode node, ToDoubleFunction<StoreStatus.Load> value) {
        StoreStatus.Load seen = node.load().orElse(null);
        return seen == null ? 0 : value.applyAsDouble(seen);
    }

    private void reads(String by, ToDoubleFunction<StoreStatus.Reads> value) {
        FunctionCounter.builder("cleave.store.reads", node, now -> {
                    StoreNode seen = now.get().orElse(null);
                    return seen == null ? 0 : loaded(seen, load -> value.applyAsDouble(load.reads()));
                })
                .tag("by", by)
                .description("reads answered, by how")
                .register(registry);
    }

    private void counter(String name, String what, ToDoubleFunction<ClientStats> value) {
        FunctionCounter.builder("cleave.http." + name, client, now -> value.applyAsDouble(now.get()))
                .description(what)
                .register(registry);
    }

    @Override
    public void close() {
        if (profile != null) {
            profile.close();
        }
        collections.close();
        registry.close();
    }
}
