package dev.cleave.region.gateway;

import dev.cleave.engine.http.HttpContentTypes;
import dev.cleave.engine.http.HttpExchange;
import dev.cleave.engine.http.HttpProblem;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP answer to what did not succeed. The status tells what is known of a write: 503 and 507 promise that it had no effect, 504
 * says that nobody knows.
 *
 * <pre>
 * kind          read  write
 * INVALID       400   400
 * UNAVAILABLE   503   503  Retry-After
 * TIMED_OUT     504   503  Retry-After
 * DISK_FULL     507   507
 * UNDETERMINED  504   504
 * </pre>
 */
final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
    private static final Map<String, String> SOON = Map.of("Retry-After", "1");

    private Failures() {}

    static void respond(HttpExchange exchange, Throwable error, boolean isWrite) {
        Throwable cause = unwrapped(error);
        if (cause instanceof AccessFailure failure) {
            respond(exchange, failure, isWrite);
        } else if (cause instanceof HttpProblem problem) {
            exchange.respondError(problem.status(), problem.error(), problem.hint());
        } else {
            LOG.error("gateway request failed method={} error={}", exchange.method(), cause, cause);
            exchange.respondError(500, "internal error", "the server's log says more");
        }
    }

    /** A failure as its client may read it. */
    static String words(Throwable error) {
        Throwable cause = unwrapped(error);
        if (cause instanceof AccessFailure failure) {
            return String.valueOf(failure.getMessage());
        }
        LOG.error("gateway stream failed error={}", cause, cause);
        return "internal error";
    }

    private static Throwable unwrapped(Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    }

    private static void respond(HttpExchange exchange, AccessFailure failure, boolean isWrite) {
        String message = String.valueOf(failure.getMessage());
        switch (failure.kind()) {
            case INVALID -> exchange.respondError(400, message, "correct the request; repeating it cannot help");
            case UNAVAILABLE -> later(exchange, message);
            case TIMED_OUT -> {
                if (isWrite) {
                    later(exchange, message);
                } else {
                    exchange.respondError(504, message, "nothing was changed; repeat the request");
                }
            }
            case DISK_FULL ->
                exchange.respondError(
                        507, message, "nothing was changed; free space or add stores, then repeat the request");
            case UNDETERMINED ->
                exchange.respondError(
                        504,
                        message,
                        "the write may or may not have taken effect; read before you decide to repeat it");
        }
    }

    private static void later(HttpExchange exchange, String message) {
        byte[] body = KvJson.error(message, "nothing was changed; repeat the request in a moment");
        exchange.respond(503, HttpContentTypes.JSON, body, SOON);
    }
}
