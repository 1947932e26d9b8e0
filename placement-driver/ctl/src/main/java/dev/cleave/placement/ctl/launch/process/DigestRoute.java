package dev.cleave.placement.ctl.launch.process;

import dev.cleave.engine.http.HttpExchange;
import dev.cleave.engine.http.HttpRoutes;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /debug/regions/{id}/digest}: how many pairs the local replica holds, and a checksum over them, for comparing replicas. Reads the
 * whole range, so it runs on a thread of its own, one at a time, a few waiting.
 */
final class DigestRoute implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DigestRoute.class);
    private static final Pattern PATH = Pattern.compile("([0-9]{1,18})/digest");
    private static final int WAITING_MAX = 16;

    private final LongFunction<Optional<Digest>> digests;
    private final ThreadPoolExecutor worker;

    /** @param digests of a region by its id, empty if there is no replica of it here; may take seconds */
    DigestRoute(LongFunction<Optional<Digest>> digests) {
        this.digests = digests;
        worker = new ThreadPoolExecutor(0, 1, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING_MAX), task -> {
            Thread thread = new Thread(task, "store-digest");
            thread.setDaemon(true);
            return thread;
        });
    }

    HttpRoutes routes() {
        return HttpRoutes.none().prefix("GET", "/debug/regions/", this::handle);
    }

    private void handle(HttpExchange exchange) {
        Matcher path = PATH.matcher(new String(exchange.remainder(), StandardCharsets.UTF_8));
        if (!path.matches()) {
            exchange.respondError(404, "nothing is served under this path", "GET /debug/regions/{id}/digest");
            return;
        }
        long region = Long.parseLong(path.group(1));
        try {
            worker.execute(() -> answer(exchange, region));
        } catch (RejectedExecutionException full) {
            exchange.respondError(503, "too many digests are asked for", "try again in a moment");
        }
    }

    private void answer(HttpExchange exchange, long region) {
        try {
            Optional<Digest> digest = digests.apply(region);
            if (digest.isEmpty()) {
                exchange.respondError(404, "no replica of region " + region + " is here", "see GET /status");
            } else {
                exchange.respondJson(200, json(digest.get()));
            }
        } catch (RuntimeException failed) {
            LOG.error("event=digest_failed region={}", region, failed);
            exchange.respondError(500, "the digest could not be computed", "the server's log says more");
        }
    }

    private static String json(Digest digest) {
        return "{\"region\": " + digest.region() + ", \"appliedIndex\": " + digest.appliedIndex() + ", \"keys\": "
                + digest.keys() + ", \"checksum\": " + digest.checksum() + "}\n";
    }

    @Override
    public void close() {
        worker.shutdownNow();
        try {
            if (!worker.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("event=digest_still_running");
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
