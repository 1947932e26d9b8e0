package dev.cleave.region.gateway;

import dev.cleave.engine.http.HttpExchange;
import dev.cleave.engine.http.HttpParts;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/** An exchange that tells how long its answer took. */
final class TimedExchange implements HttpExchange {
    private final HttpExchange exchange;
    private final String op;
    private final RequestTimes times;
    private final LongSupplier nanos;
    private final long startNanos;
    /** Of an answer in parts: each is made when the one before has left. */
    private long bytesOut;

    TimedExchange(HttpExchange exchange, String op, RequestTimes times, LongSupplier nanos) {
        this.exchange = exchange;
        this.op = op;
        this.times = times;
        this.nanos = nanos;
        this.startNanos = nanos.getAsLong();
    }

    @Override
    public String method() {
        return exchange.method();
    }

    @Override
    public String rawPath() {
        return exchange.rawPath();
    }

    @Override
    public byte[] remainder() {
        return exchange.remainder();
    }

    @Override
    public Set<String> queryNames() {
        return exchange.queryNames();
    }

    @Override
    public Optional<byte[]> queryBytes(String name) {
        return exchange.queryBytes(name);
    }

    @Override
    public Optional<String> query(String name) {
        return exchange.query(name);
    }

    @Override
    public Optional<String> header(String name) {
        return exchange.header(name);
    }

    @Override
    public byte[] body() {
        return exchange.body();
    }

    @Override
    public InetSocketAddress remote() {
        return exchange.remote();
    }

    @Override
    public void respond(int status, String contentType, byte[] body, Map<String, String> headers) {
        answered(status, body.length);
        exchange.respond(status, contentType, body, headers);
    }

    /** What leaves in parts is answered when its end has; what is broken off counts as 500, whatever its head said. */
    @Override
    public void respondInParts(int status, String contentType, HttpParts parts) {
        exchange.respondInParts(
                status,
                contentType,
                () -> parts.next().whenComplete((part, failure) -> {
                    if (failure != null) {
                        answered(500, bytesOut);
                    } else if (part.isEmpty()) {
                        answered(status, bytesOut);
                    } else {
                        bytesOut += part.get().length;
                    }
                }));
    }

    /** Told by whoever answers in its place, too. */
    void answered(int status, long bytes) {
        times.answered(op, status, nanos.getAsLong() - startNanos, exchange.body().length, bytes);
    }
}
