package dev.cleave.region.gateway;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.http.HttpContentTypes;
import dev.cleave.engine.http.HttpExchange;
import dev.cleave.engine.http.HttpProblem;
import dev.cleave.engine.http.HttpRoutes;
import dev.cleave.region.protocol.KvCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /scan?start=&end=&limit=&reverse=}: pairs of a half-open range, at most {@code limit} and about
 * {@link #ANSWER_BYTES_MAX} of them; {@code next} is the target to ask on with. Pages are not mutually atomic.
 */
final class ScanRoute {
    static final int LIMIT_DEFAULT = 100;
    /** Keys and values of one answer; in JSON they take up to five times that. */
    static final long ANSWER_BYTES_MAX = 2 << 20;
    /** So many pages are asked for before an answer goes out, full or not: ranges may be empty for a long way. */
    static final int PAGES_MAX = 64;

    private static final Set<String> PARAMETERS = Set.of("start", "end", "limit", "reverse");

    private final KvAccess access;

    ScanRoute(KvAccess access) {
        this.access = access;
    }

    HttpRoutes routes() {
        return HttpRoutes.none().exact("GET", "/scan", this::scan);
    }

    private void scan(HttpExchange exchange) {
        refuseUnknown(exchange);
        Key start = bound(exchange, "start");
        Key end = bound(exchange, "end");
        int limit = limit(exchange);
        boolean isReverse = isReverse(exchange);
        if (!end.isEmpty() && start.compareTo(end) > 0) {
            throw new HttpProblem(
                    400, "start " + start + " is above end " + end, "swap them; for descending order use reverse=true");
        }
        if (!end.isEmpty() && start.equals(end)) {
            exchange.respond(200, HttpContentTypes.JSON, KvJson.scan(List.of(), null));
            return;
        }
        Walk walk = new Walk(limit, isReverse);
        walk.from(KeyRange.of(start, end)).whenComplete((next, error) -> {
            if (error != null) {
                Failures.respond(exchange, error, false);
            } else {
                String target = next.map(rest -> target(rest, limit, isReverse)).orElse(null);
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

    private static void refuseUnknown(HttpExchange exchange) {
        for (String name : exchange.queryNames()) {
            if (!PARAMETERS.contains(name)) {
                throw new HttpProblem(
                        400, "unknown query parameter '" + name + "'", "a scan takes start, end, limit and reverse");
            }
        }
    }

    private static Key bound(HttpExchange exchange, String name) {
        byte[] bytes = exchange.queryBytes(name).orElse(new byte[0]);
        if (bytes.length > KvCommand.KEY_BYTES_MAX) {
            throw new HttpProblem(
                    413,
                    name + " has " + bytes.length + " bytes",
                    "at most " + KvCommand.KEY_BYTES_MAX + " are allowed");
        }
        return Key.copyOf(bytes);
    }

    private static int limit(HttpExchange exchange) {
        @Nullable String text = exchange.query("limit").orElse(null);
        if (text == null) {
            return LIMIT_DEFAULT;
        }
        boolean isNumber = text.length() <= 5 && !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int limit = isNumber ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > KvCommand.SCAN_LIMIT_MAX) {
            throw new HttpProblem(
                    400,
                    "limit is not a number from 1 to " + KvCommand.SCAN_LIMIT_MAX,
                    "leave it out for " + LIMIT_DEFAULT);
        }
        return limit;
    }

    private static boolean isReverse(HttpExchange exchange) {
        String text = exchange.query("reverse").orElse("false");
        if (!text.equals("true") && !text.equals("false")) {
            throw new HttpProblem(400, "reverse is neither true nor false", "leave it out for ascending order");
        }
        return text.equals("true");
    }

    private static String target(KeyRange rest, int limit, boolean isReverse) {
        return "/scan?start=" + encoded(rest.startInclusive()) + "&end=" + encoded(rest.endExclusive()) + "&limit="
                + limit + "&reverse=" + isReverse;
    }

    private static String encoded(Key key) {
        StringBuilder text = new StringBuilder(key.length() * 3);
        for (byte b : key.bytes()) {
            int c = b & 0xFF;
            boolean isPlain = c < 0x80 && (Character.isLetterOrDigit(c) || "-_.~/".indexOf(c) >= 0);
            if (isPlain) {
                text.append((char) c);
            } else {
                text.append('%').append(hexDigit(c >> 4)).append(hexDigit(c & 15));
            }
        }
        return text.toString();
    }

    private static char hexDigit(int nibble) {
        return "0123456789ABCDEF".charAt(nibble);
    }
}
