package dev.cleave.region.gateway;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.http.HttpExchange;
import dev.cleave.engine.http.HttpProblem;
import dev.cleave.region.protocol.KvCommand;
import java.util.Set;

/**
 * What a request for a scan asks for, checked.
 *
 * @param limit how many pairs at most
 * @param isStream whether all of them are to come in one answer, line by line
 */
record ScanQuery(Key start, Key end, int limit, boolean isReverse, boolean isStream) {
    static final int LIMIT_DEFAULT = 100;
    /** A stream goes on to the end unless told otherwise. */
    static final int STREAM_LIMIT_MAX = 1_000_000_000;

    private static final Set<String> PARAMETERS = Set.of("start", "end", "limit", "reverse", "stream");

    /** @throws HttpProblem in words, if the request is not understood */
    static ScanQuery of(HttpExchange exchange) {
        for (String name : exchange.queryNames()) {
            if (!PARAMETERS.contains(name)) {
                throw new HttpProblem(
                        400,
                        "unknown query parameter '" + name + "'",
                        "a scan takes start, end, limit, reverse and stream");
            }
        }
        Key start = bound(exchange, "start");
        Key end = bound(exchange, "end");
        if (!end.isEmpty() && start.compareTo(end) > 0) {
            throw new HttpProblem(
                    400, "start " + start + " is above end " + end, "swap them; for descending order use reverse=true");
        }
        boolean isStream = flag(exchange, "stream", "leave it out for one page of JSON");
        int limit = isStream
                ? limit(exchange, STREAM_LIMIT_MAX, STREAM_LIMIT_MAX)
                : limit(exchange, LIMIT_DEFAULT, KvCommand.SCAN_LIMIT_MAX);
        return new ScanQuery(
                start, end, limit, flag(exchange, "reverse", "leave it out for ascending order"), isStream);
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

    private static int limit(HttpExchange exchange, int byDefault, int max) {
        String text = exchange.query("limit").orElse(null);
        if (text == null) {
            return byDefault;
        }
        boolean isNumber =
                text.length() <= 10 && !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
        long limit = isNumber ? Long.parseLong(text) : 0;
        if (limit < 1 || limit > max) {
            throw new HttpProblem(
                    400,
                    "limit is not a number from 1 to " + max,
                    "leave it out for " + (byDefault == max ? "all" : byDefault));
        }
        return (int) limit;
    }

    private static boolean flag(HttpExchange exchange, String name, String hint) {
        String text = exchange.query(name).orElse("false");
        if (!text.equals("true") && !text.equals("false")) {
            throw new HttpProblem(400, name + " is neither true nor false", hint);
        }
        return text.equals("true");
    }

    boolean isEmpty() {
        return !end.isEmpty() && start.equals(end);
    }

    KeyRange range() {
        return KeyRange.of(start, end);
    }

    /**
     * The target to ask on with.
     *
     * @param rest what is still to be scanned
     * @param more how many pairs are still wanted
     */
    String target(KeyRange rest, int more) {
        String limited = isStream && more >= STREAM_LIMIT_MAX ? "" : "&limit=" + more;
        return "/scan?start=" + encoded(rest.startInclusive()) + "&end=" + encoded(rest.endExclusive()) + limited
                + "&reverse=" + isReverse + (isStream ? "&stream=true" : "");
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
