package dev.cleave.region.micrometer;

import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.client.ClientStats;
import dev.cleave.region.client.RetryReason;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Binds the counters of a client to a registry: {@code new ClientMeters(client).bindTo(registry)}. The registry refers to this object weakly; keep
 * it as long as the client.
 *
 * <pre>
 * cleave.client.calls        {outcome=done|undetermined|not_applied|invalid}   calls ended
 * cleave.client.retry        {reason=not_leader|stale_route|...}               requests sent again
 * cleave.client.region.cache {result=hit|miss}                                 requests whose region was known, or was not
 * cleave.client.route.lookups                                                  questions to the placement driver
 * cleave.client.in.flight, .in.flight.bytes, .links                            now
 * </pre>
 */
public final class ClientMeters implements MeterBinder {
    private static final String PREFIX = "cleave.client.";

    private final Supplier<ClientStats> stats;
    private final Tags tags;

    /** Of one client. */
    public ClientMeters(CleaveClient client) {
        this(client::stats, Tags.empty());
    }

    /** Of any source of counters, with tags that tell it from others in the same registry. */
    public ClientMeters(Supplier<ClientStats> stats, Tags tags) {
        this.stats = stats;
        this.tags = tags;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        outcome(registry, "done", ClientStats::done);
        outcome(registry, "undetermined", ClientStats::undetermined);
        outcome(registry, "not_applied", ClientStats::notApplied);
        outcome(registry, "invalid", ClientStats::invalid);
        for (RetryReason reason : RetryReason.values()) {
            counter(
                    registry,
                    "retry",
                    "requests sent again",
                    tags.and("reason", reason.name().toLowerCase(Locale.ROOT)),
                    now -> now.retries().getOrDefault(reason, 0L));
        }
        cache(registry, "hit", ClientStats::routeHits);
        cache(registry, "miss", ClientStats::routeMisses);
        counter(registry, "route.lookups", "questions for routes", tags, ClientStats::routeLookups);
        gauge(registry, "in.flight", "calls begun and not ended", ClientStats::inFlightCalls);
        gauge(registry, "in.flight.bytes", "bytes of their requests", ClientStats::inFlightBytes);
        gauge(registry, "links", "open connections", ClientStats::openLinks);
    }

    private void outcome(MeterRegistry registry, String outcome, ToDoubleFunction<ClientStats> value) {
        counter(registry, "calls", "calls ended", tags.and("outcome", outcome), value);
    }

    private void cache(MeterRegistry registry, String result, ToDoubleFunction<ClientStats> value) {
        counter(registry, "region.cache", "looks at the cache of routes", tags.and("result", result), value);
    }

    private void counter(
            MeterRegistry registry, String name, String what, Tags with, ToDoubleFunction<ClientStats> value) {
        FunctionCounter.builder(PREFIX + name, stats, now -> value.applyAsDouble(now.get()))
                .description(what)
                .tags(with)
                .register(registry);
    }

    private void gauge(MeterRegistry registry, String name, String what, ToDoubleFunction<ClientStats> value) {
        Gauge.builder(PREFIX + name, stats, now -> value.applyAsDouble(now.get()))
                .description(what)
                .tags(tags)
                .register(registry);
    }
}
