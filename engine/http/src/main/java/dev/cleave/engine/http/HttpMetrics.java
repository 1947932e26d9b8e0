package dev.cleave.engine.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;

/** Serves the counters of a registry as Prometheus reads them. */
public final class HttpMetrics {
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private HttpMetrics() {}

    /** {@code GET /metrics}. */
    public static HttpRoutes routes(PrometheusMeterRegistry registry) {
        return HttpRoutes.none()
                .exact(
                        "GET",
                        "/metrics",
                        exchange -> exchange.respond(
                                200, PROMETHEUS_TEXT, registry.scrape().getBytes(StandardCharsets.UTF_8)));
    }
}
