package dev.cleave.region.gateway;

import dev.cleave.engine.http.HttpHandler;
import dev.cleave.engine.http.HttpProblem;
import dev.cleave.engine.http.HttpRoutes;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The key-value store over HTTP, to be put on a {@code HttpServer}. Reads are linearizable. Never blocks the server's threads.
 *
 * <pre>
 * GET    /key/{key}     200 the value, 404; with Accept: application/json {"key", "keyHex", "value" or "valueBase64"}
 * PUT    /key/{key}     204; the body is the value, or {"value"} or {"valueBase64"} with Content-Type: application/json;
 *                       with If-None-Match: * 412 if the key exists; with ?ttl=SECONDS it is seen for so long only
 * DELETE /key/{key}     204, also if the key was absent
 * GET    /scan?start=&amp;end=&amp;limit=&amp;reverse=   200 {"apiVersion", "kind", "items": [{"key", "keyHex", "value" or "valueBase64"}], "next"}
 * GET    /scan?stream=true&amp;...  200 the same items as lines of JSON, all of them, then a line {"kind": "End", "count", "next"}
 * GET    /openapi.json  200 the description of all this
 * GET    /health/live   200
 * GET    /health/ready  200 or 503
 * GET    /status        200 what the node says of itself
 * </pre>
 *
 * {key} is the rest of the path, percent-decoded once, any bytes, '/' included. What fails is answered with {"error", "hint"}: 400
 * and 413 for wrong input; 503 (with Retry-After) and 507 (no space left) if it certainly had no effect; 504 if a write's outcome
 * is unknown or a read timed out.
 */
public final class KvHttp {
    /** What a server in front of this should take as a body: the largest value in base64, and its wrapping. */
    public static final int BODY_BYTES_MAX = 6 << 20;

    private KvHttp() {}

    /** The routes for keys and scans alone, and their description. */
    public static HttpRoutes keyRoutes(KvAccess access) {
        return keyRoutes(access, (op, status, nanos, in, out) -> {}, () -> 0);
    }

    /**
     * The same, and told how long each request takes.
     *
     * @param nanos the clock
     */
    public static HttpRoutes keyRoutes(KvAccess access, RequestTimes times, LongSupplier nanos) {
        HttpRoutes keys = new KeyRoutes(access)
                .routes()
                .each((method, handler) -> timed(handler, method.toLowerCase(Locale.ROOT), times, nanos));
        HttpRoutes scans =
                new ScanRoute(access).routes().each((method, handler) -> timed(handler, "scan", times, nanos));
        return keys.and(scans).and(OpenApiRoute.routes());
    }

    private static HttpHandler timed(HttpHandler handler, String op, RequestTimes times, LongSupplier nanos) {
        return exchange -> {
            TimedExchange timed = new TimedExchange(exchange, op, times, nanos);
            try {
                handler.handle(timed);
            } catch (HttpProblem refused) {
                timed.answered(refused.status(), 0);
                throw refused;
            }
        };
    }

    /**
     * The routes by which a node tells of itself.
     *
     * @param whyNotReady empty if the node can serve, else the reason; must not block
     * @param status a record, map or list that Jackson can write; must not block
     */
    public static HttpRoutes nodeRoutes(Supplier<Optional<String>> whyNotReady, Supplier<?> status) {
        return new NodeRoutes(whyNotReady, status).routes();
    }

    /** Both. */
    public static HttpRoutes routes(KvAccess access, Supplier<Optional<String>> whyNotReady, Supplier<?> status) {
        return keyRoutes(access).and(nodeRoutes(whyNotReady, status));
    }
}
