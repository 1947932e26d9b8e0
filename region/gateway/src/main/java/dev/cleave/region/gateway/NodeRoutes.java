package dev.cleave.region.gateway;

import dev.cleave.engine.http.HttpContentTypes;
import dev.cleave.engine.http.HttpExchange;
import dev.cleave.engine.http.HttpRoutes;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code GET /health/live}, {@code /health/ready} and {@code /status}: what a node says of itself. */
final class NodeRoutes {
    private final Supplier<Optional<String>> whyNotReady;
    private final Supplier<?> status;

    NodeRoutes(Supplier<Optional<String>> whyNotReady, Supplier<?> status) {
        this.whyNotReady = whyNotReady;
        this.status = status;
    }

    HttpRoutes routes() {
        return HttpRoutes.none()
                .exact("GET", "/health/live", NodeRoutes::live)
                .exact("GET", "/health/ready", this::ready)
                .exact("GET", "/status", this::status);
    }

    /** That this answer is made at all is the news. */
    private static void live(HttpExchange exchange) {
        exchange.respond(200, HttpContentTypes.JSON, KvJson.health("alive", null));
    }

    private void ready(HttpExchange exchange) {
        Optional<String> reason = whyNotReady.get();
        if (reason.isEmpty()) {
            exchange.respond(200, HttpContentTypes.JSON, KvJson.health("ready", null));
        } else {
            exchange.respond(503, HttpContentTypes.JSON, KvJson.health("not ready", reason.get()));
        }
    }

    private void status(HttpExchange exchange) {
        exchange.respond(200, HttpContentTypes.JSON, KvJson.bytes(status.get()));
    }
}
