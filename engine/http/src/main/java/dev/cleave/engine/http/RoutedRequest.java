package dev.cleave.engine.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * A checked request and who answers it.
 *
 * @param isServed false if {@code handler} only says that nobody serves this; the body is not worth reading then
 */
record RoutedRequest(
        RequestHead head, HttpHandler handler, byte[] remainder, Map<String, byte[]> query, boolean isServed) {
    private static final byte[] NO_BYTES = {};

    /** @throws HttpProblem 400 if path or query are wrongly encoded */
    static RoutedRequest route(RequestHead head, HttpRoutes routes) {
        String path = head.path();
        Optional<HttpRoutes.Match> match = routes.match(path);
        if (match.isEmpty()) {
            return unserved(
                    head,
                    exchange ->
                            exchange.respondError(404, "nothing is served under this path", "see docs/operations.md"));
        }
        Optional<HttpHandler> handler = match.get().handler(head.method());
        if (handler.isEmpty()) {
            return unserved(head, methodNotAllowed(match.get().allowed()));
        }
        byte[] remainder = PercentCoding.decode(path, match.get().prefixChars(), path.length(), false);
        return new RoutedRequest(
                head, handler.get(), remainder, QueryText.parse(head.target(), head.queryStart()), true);
    }

    private static HttpHandler methodNotAllowed(String allowed) {
        byte[] json = JsonText.error("this path does not take this method", "it takes " + allowed)
                .getBytes(StandardCharsets.UTF_8);
        return exchange -> exchange.respond(405, HttpContentTypes.JSON, json, Map.of("Allow", allowed));
    }

    private static RoutedRequest unserved(RequestHead head, HttpHandler handler) {
        return new RoutedRequest(head, handler, NO_BYTES, Map.of(), false);
    }
}
