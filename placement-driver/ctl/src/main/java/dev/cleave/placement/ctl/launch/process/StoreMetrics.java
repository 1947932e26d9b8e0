package dev.cleave.placement.ctl.launch.process;

import dev.cleave.region.client.ClientStats;
import dev.cleave.region.store.StoreStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What {@code GET /metrics} of a store shows: its load, the client behind its HTTP API, and the JVM. */
final class StoreMetrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    /** The registry refers to both of these weakly. */
    private final Supplier<Optional<StoreStatus>> status;

    private final Supplier<ClientStats> client;

    StoreMetrics(Supplier<Optional<StoreStatus>> status, Supplier<ClientStats> client) {
        this.status = status;
        this.client = client;
        gauge("regions", "replicas with a descriptor", StoreStatus.Load::regions);
        gauge("leaders", "regions led", StoreStatus.Load::leaders);
        gauge("regions.asleep", "replicas whose groups sleep", StoreStatus.Load::asleep);
        gauge("requests.in.flight", "requests between arrival and answer", StoreStatus.Load::requestsInFlight);
        gauge("bytes.in.flight", "bytes of such requests", StoreStatus.Load::bytesInFlight);
        gauge("snapshots.sending", "snapshots on their way out", StoreStatus.Load::snapshotsSending);
        gauge("snapshots.receiving", "snapshots on their way in", StoreStatus.Load::snapshotsReceiving);
        gauge("engine.memory.bytes", "memory of the engine", StoreStatus.Load::engineMemoryBytes);
        gauge("log.bytes", "the log on disk", StoreStatus.Load::logBytes);
        gauge("disk.full", "whether writes are refused for want of space", load -> load.isDiskFull() ? 1 : 0);
        reads("lease-from-memory", StoreStatus.Reads::atOnce);
        reads("lease", StoreStatus.Reads::leased);
        reads("index", StoreStatus.Reads::indexed);
        counter("calls", "calls through the HTTP API", ClientStats::calls);
        counter("failed", "such calls that failed", ClientStats::failed);
        counter("retries", "requests of such calls that were sent again", ClientStats::retriesTotal);
        new JvmMemoryMetrics().bindTo(registry);
        collections.bindTo(registry);
    }

    PrometheusMeterRegistry registry() {
        return registry;
    }

    private void gauge(String name, String what, ToDoubleFunction<StoreStatus.Load> value) {
        Gauge.builder("cleave.store." + name, status, now -> {
                    StoreStatus.Load load = now.get().map(StoreStatus::load).orElse(null);
                    return load == null ? 0 : value.applyAsDouble(load);
                })
                .description(what)
                .register(registry);
    }

    private void reads(String by, ToDoubleFunction<StoreStatus.Reads> value) {
        FunctionCounter.builder("cleave.store.reads", status, now -> {
                    StoreStatus.Load load = now.get().map(StoreStatus::load).orElse(null);
                    return load == null ? 0 : value.applyAsDouble(load.reads());
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
