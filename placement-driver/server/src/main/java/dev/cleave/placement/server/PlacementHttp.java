package dev.cleave.placement.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.http.HttpExchange;
import dev.cleave.engine.http.HttpMetrics;
import dev.cleave.engine.http.HttpProblem;
import dev.cleave.engine.http.HttpRoutes;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.ToDoubleFunction;

/**
 * The placement driver over HTTP: {@code GET /status /stores /regions[?id=N] /regions/hot /operators[?id=N] /health/live /health/ready /metrics}. The same
 * handlers as on the wire answer.
 */
@AnyThread
final class PlacementHttp {
    private final PlacementNode node;
    private final ObjectMapper mapper = new ObjectMapper();

    PlacementHttp(PlacementNode node) {
        this.node = node;
    }

    HttpRoutes routes() {
        return HttpRoutes.none()
                .exact("GET", "/status", exchange -> answer(exchange, new PdRequest.GetStatus()))
                .exact("GET", "/stores", exchange -> answer(exchange, new PdRequest.ListStores()))
                .exact("GET", "/regions", exchange -> answer(exchange, new PdRequest.ListRegions(id(exchange))))
                .exact("GET", "/regions/hot", exchange -> answer(exchange, new PdRequest.ListHotRegions()))
                .exact("GET", "/operators", exchange -> answer(exchange, new PdRequest.ListOperators(id(exchange))))
                .exact("GET", "/health/live", exchange -> exchange.respondText(200, "live\n"))
                .exact("GET", "/health/ready", this::ready)
                .and(HttpMetrics.routes(metrics()));
    }

    private void ready(HttpExchange exchange) {
        if (node.isServing()) {
            exchange.respondText(200, "ready\n");
        } else {
            exchange.respondError(503, "not ready", "this placement driver does not lead yet");
        }
    }

    private void answer(HttpExchange exchange, PdRequest request) {
        node.ask(request, reply -> respond(exchange, reply));
    }

    private void respond(HttpExchange exchange, PdReply reply) {
        if (reply instanceof PdReply.Refused refused) {
            exchange.respondError(statusOf(refused.kind()), refused.message(), "");
            return;
        }
        try {
            exchange.respondJson(200, mapper.writeValueAsString(ReplyJson.of(reply)));
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("a document of our own cannot be written as JSON", broken);
        }
    }

    private static int statusOf(PdReply.Kind kind) {
        return switch (kind) {
            case INVALID -> 400;
            case NOT_FOUND -> 404;
            case UNSAFE -> 409;
            case UNAVAILABLE -> 503;
        };
    }

    private static long id(HttpExchange exchange) {
        String text = exchange.query("id").orElse("0");
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException wrong) {
            throw new HttpProblem(400, "id is '" + text + "'", "give a number, as in ?id=7");
        }
    }

    private PrometheusMeterRegistry metrics() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        gauge(registry, "cleave.pd.serving", "whether this node leads and answers", pd -> pd.isServing() ? 1 : 0);
        gauge(
                registry,
                "cleave.pd.stores",
                "stores that are not removed",
                pd -> pd.status().stores());
        gauge(
                registry,
                "cleave.pd.stores.up",
                "stores heard of lately",
                pd -> pd.status().storesUp());
        gauge(
                registry,
                "cleave.pd.regions",
                "regions heard of",
                pd -> pd.status().regions());
        gauge(
                registry,
                "cleave.pd.regions.leaderless",
                "regions without a known leader",
                pd -> pd.status().regionsWithoutLeader());
        gauge(
                registry,
                "cleave.pd.regions.underreplicated",
                "regions with too few replicas",
                pd -> pd.status().underReplicated());
        gauge(
                registry,
                "cleave.pd.operators",
                "operators that run",
                pd -> pd.status().operators());
        gauge(
                registry,
                "cleave.pd.catalog.applied",
                "last applied entry of its log",
                pd -> pd.catalog().appliedIndex());
        registry.getPrometheusRegistry().register(new PlacementSeries(node));
        return registry;
    }

    private void gauge(
            PrometheusMeterRegistry registry, String name, String what, ToDoubleFunction<PlacementNode> value) {
        Gauge.builder(name, node, value).description(what).register(registry);
    }
}
