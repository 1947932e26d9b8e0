package dev.cleave.placement.ctl.launch.process;

import dev.cleave.region.client.ClientStats;
import dev.cleave.region.gateway.RequestTimes;
import dev.cleave.region.micrometer.ClientMeters;
import dev.cleave.region.store.StoreStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/** What {@code GET /metrics} of a store shows: its load, the client behind its HTTP API, and the JVM. */
final class StoreMetrics implements RequestTimes, AutoCloseable {
    /** Where the buckets of the request times end. */
    private static final Duration[] BUCKETS = LongStream.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    /** The registry refers to these three weakly. */
    private final Supplier<Optional<StoreStatus.Load>> load;

    private final IntSupplier asleep;

    private final Supplier<ClientStats> client;
    private final ClientMeters meters;
    private final Map<String, Timer> timers = new ConcurrentHashMap<>();

    StoreMetrics(Supplier<Optional<StoreStatus.Load>> load, IntSupplier asleep, Supplier<ClientStats> client) {
        this.load = load;
        this.asleep = asleep;
        this.client = client;
        gauge("regions", "replicas with a descriptor", StoreStatus.Load::regions);
        gauge("leaders", "regions led", StoreStatus.Load::leaders);
        Gauge.builder("cleave.store.regions.asleep", asleep, IntSupplier::getAsInt)
                .description("replicas whose groups sleep")
                .register(registry);
        gauge("requests.in.flight", "requests between arrival and answer", StoreStatus.Load::requestsInFlight);
        gauge("bytes.in.flight", "bytes of such requests", StoreStatus.Load::bytesInFlight);
        gauge("snapshots.sending", "snapshots on their way out", StoreStatus.Load::snapshotsSending);
        gauge("snapshots.receiving", "snapshots on their way in", StoreStatus.Load::snapshotsReceiving);
        gauge("engine.memory.bytes", "memory of the engine", StoreStatus.Load::engineMemoryBytes);
        gauge("log.bytes", "the log on disk", StoreStatus.Load::logBytes);
        gauge("disk.full", "whether writes are refused for want of space", now -> now.isDiskFull() ? 1 : 0);
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
        new JvmMemoryMetrics().bindTo(registry);
        collections.bindTo(registry);
    }

    private static String version() {
        String version = StoreMetrics.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** Of a request to the HTTP API. */
    @Override
    public void answered(String op, int status, long nanos) {
        timers.computeIfAbsent(
                        op + " " + status,
                        name -> Timer.builder("cleave.request.duration")
                                .description("requests to the HTTP API, from whole to answered")
                                .tags("op", op, "code", Integer.toString(status))
                                .serviceLevelObjectives(BUCKETS)
                                .register(registry))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    PrometheusMeterRegistry registry() {
        return registry;
    }

    private void gauge(String name, String what, ToDoubleFunction<StoreStatus.Load> value) {
        Gauge.builder("cleave.store." + name, load, now -> {
                    StoreStatus.Load seen = now.get().orElse(null);
                    return seen == null ? 0 : value.applyAsDouble(seen);
                })
                .description(what)
                .register(registry);
    }

    private void reads(String by, ToDoubleFunction<StoreStatus.Reads> value) {
        FunctionCounter.builder("cleave.store.reads", load, now -> {
                    StoreStatus.Load seen = now.get().orElse(null);
                    return seen == null ? 0 : value.applyAsDouble(seen.reads());
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
        collections.close();
        registry.close();
    }
}
