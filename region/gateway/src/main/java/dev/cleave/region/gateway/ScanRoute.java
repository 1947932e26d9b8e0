package dev.cleave.region.gateway;

import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.http.HttpContentTypes;
import dev.cleave.engine.http.HttpExchange;
import dev.cleave.engine.http.HttpRoutes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * {@code GET /scan?start=&end=&limit=&reverse=&stream=}: pairs of a half-open range. As one document of JSON with at most {@code limit} and about
 * {@link #ANSWER_BYTES_MAX} of them, and in {@code next} the target to ask on with; or, as a stream, all of them as lines. Pages are not mutually
 * atomic.
 */
final class ScanRoute {
    /** Keys and values of one answer; in JSON they take up to five times that. */
    static final long ANSWER_BYTES_MAX = 2 << 20;
    /** So many pages are asked for before an answer goes out, full or not: ranges may be empty for a long way. */
    static final int PAGES_MAX = 64;

    /** Lines of JSON. */
    static final String LINES = "application/x-ndjson";

    private final KvAccess access;

    ScanRoute(KvAccess access) {
        this.access = access;
    }

    HttpRoutes routes() {
        return HttpRoutes.none().exact("GET", "/scan", this::scan);
    }

    private void scan(HttpExchange exchange) {
        ScanQuery query = ScanQuery.of(exchange);
        if (query.isStream()) {
            exchange.respondInParts(200, LINES, new ScanStream(access, query));
        } else if (query.isEmpty()) {
            exchange.respond(200, HttpContentTypes.JSON, KvJson.scan(List.of(), null));
        } else {
            page(exchange, query);
        }
    }

    private void page(HttpExchange exchange, ScanQuery query) {
        Walk walk = new Walk(query.limit(), query.isReverse());
        walk.from(query.range()).whenComplete((next, error) -> {
            if (error != null) {
                Failures.respond(exchange, error, false);
            } else {
                String target =
                        next.map(rest -> query.target(rest, query.limit())).orElse(null);
                exchange.respond(200, HttpContentTypes.JSON, KvJson.scan(walk.found, target));
            }
        });
    }

    /** One answer in the making: pages one after the other, until it is full or at the end. */
    private final class Walk {
        private final int limit;
        private final boolean isReverse;
        private final List<KvAccess.Pair> found = new ArrayList<>();
        private long bytes;
        private int pages;

        Walk(int limit, boolean isReverse) {
            this.limit = limit;
            this.isReverse = isReverse;
        }

        /** Ends with what is still to be scanned. */
        CompletableFuture<Optional<KeyRange>> from(KeyRange range) {
            return access.scan(range, limit - found.size(), isReverse).thenCompose(page -> {
                for (KvAccess.Pair pair : page.pairs()) {
                    found.add(pair);
                    bytes += pair.key().length() + pair.value().length();
                }
                pages++;
                Optional<KeyRange> rest = page.rest();
                boolean isFull = found.size() >= limit || bytes >= ANSWER_BYTES_MAX || pages >= PAGES_MAX;
                return rest.isEmpty() || isFull ? CompletableFuture.completedFuture(rest) : from(rest.get());
            });
        }
    }
}
