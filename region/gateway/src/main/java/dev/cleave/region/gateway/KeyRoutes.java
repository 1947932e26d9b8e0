package dev.cleave.region.gateway;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import dev.cleave.engine.http.HttpContentTypes;
import dev.cleave.engine.http.HttpExchange;
import dev.cleave.engine.http.HttpProblem;
import dev.cleave.engine.http.HttpRoutes;
import dev.cleave.region.protocol.KvCommand;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code GET|PUT|DELETE /key/{key}}: one key, raw or wrapped in JSON. */
final class KeyRoutes {
    private static final byte[] NO_BODY = new byte[0];

    private static final long TTL_SECONDS_MAX = KvCommand.TTL_MILLIS_MAX / 1_000;

    private final KvAccess access;

    KeyRoutes(KvAccess access) {
        this.access = access;
    }

    HttpRoutes routes() {
        return HttpRoutes.none()
                .prefix("GET", "/key/", this::get)
                .prefix("PUT", "/key/", this::put)
                .prefix("DELETE", "/key/", this::delete);
    }

    private void get(HttpExchange exchange) {
        Key key = key(exchange);
        access.get(key).whenComplete((found, error) -> {
            if (error != null) {
                Failures.respond(exchange, error, false);
            } else if (found.isEmpty()) {
                exchange.respondError(404, "no such key", "PUT it first");
            } else {
                respondValue(exchange, key, found.get());
            }
        });
    }

    private static void respondValue(HttpExchange exchange, Key key, Value value) {
        if (wantsJson(exchange)) {
            exchange.respond(200, HttpContentTypes.JSON, KvJson.pair(key, value));
        } else {
            exchange.respond(200, HttpContentTypes.BYTES, value.bytes());
        }
    }

    private void put(HttpExchange exchange) {
        Optional<Duration> ttl = ttl(exchange);
        Key key = key(exchange);
        boolean isOnlyIfAbsent = isOnlyIfAbsent(exchange);
        Value value = value(exchange);
        if (isOnlyIfAbsent) {
            access.putIfAbsent(key, value, ttl).whenComplete((isSet, error) -> {
                if (error == null && !isSet) {
                    exchange.respondError(412, "the key exists already", "leave out If-None-Match to overwrite it");
                } else {
                    respondWritten(exchange, error);
                }
            });
        } else {
            access.put(key, value, ttl).whenComplete((done, error) -> respondWritten(exchange, error));
        }
    }

    private void delete(HttpExchange exchange) {
        refuseConditions(exchange, "If-None-Match");
        access.delete(key(exchange)).whenComplete((done, error) -> respondWritten(exchange, error));
    }

    private static void respondWritten(HttpExchange exchange, @Nullable Throwable error) {
        if (error == null) {
            exchange.respond(204, "", NO_BODY);
        } else {
            Failures.respond(exchange, error, true);
        }
    }

    private static Optional<Duration> ttl(HttpExchange exchange) {
        return exchange.query("ttl").map(text -> {
            boolean isNumber = text.matches("[1-9][0-9]{0,9}");
            long seconds = isNumber ? Long.parseLong(text) : 0;
            if (seconds < 1 || seconds > TTL_SECONDS_MAX) {
                throw new HttpProblem(
                        400,
                        "ttl is not a number of seconds from 1 to " + TTL_SECONDS_MAX,
                        "leave it out for a value that stays");
            }
            return Duration.ofSeconds(seconds);
        });
    }

    private static Key key(HttpExchange exchange) {
        for (String name : exchange.queryNames()) {
            if (!name.equals("ttl") || !exchange.method().equals("PUT")) {
                throw new HttpProblem(
                        400,
                        "a key takes no query parameter '" + name + "'",
                        "PUT takes ttl=SECONDS; if the '?' belongs to the key, write it as %3F");
            }
        }
        byte[] bytes = exchange.remainder();
        if (bytes.length == 0) {
            throw new HttpProblem(400, "the key is empty", "name it after /key/");
        }
        if (bytes.length > KvCommand.KEY_BYTES_MAX) {
            throw new HttpProblem(
                    413,
                    "the key has " + bytes.length + " bytes",
                    "at most " + KvCommand.KEY_BYTES_MAX + " are allowed");
        }
        return Key.copyOf(bytes);
    }

    private static Value value(HttpExchange exchange) {
        String coding = exchange.header("Content-Encoding").orElse("identity");
        if (!coding.equalsIgnoreCase("identity")) {
            throw new HttpProblem(
                    415, "Content-Encoding " + coding + " is not understood", "send the value itself, uncompressed");
        }
        Value value = isJson(exchange.header("Content-Type"))
                ? KvJson.readValue(exchange.body())
                : Value.own(exchange.body());
        if (value.length() > KvCommand.VALUE_BYTES_MAX) {
            throw new HttpProblem(
                    413,
                    "the value has " + value.length() + " bytes",
                    "at most " + KvCommand.VALUE_BYTES_MAX + " are allowed; cut it into several keys");
        }
        return value;
    }

    /** A condition that is not understood must not be passed over: the client would believe that it was kept. */
    private static boolean isOnlyIfAbsent(HttpExchange exchange) {
        refuseConditions(exchange);
        Optional<String> condition = exchange.header("If-None-Match");
        if (condition.isPresent() && !condition.get().trim().equals("*")) {
            throw new HttpProblem(400, "If-None-Match takes only *", "there are no entity tags here");
        }
        return condition.isPresent();
    }

    private static void refuseConditions(HttpExchange exchange, String... more) {
        for (String name : new String[] {"If-Match", "If-Unmodified-Since"}) {
            refuse(exchange, name);
        }
        for (String name : more) {
            refuse(exchange, name);
        }
    }

    private static void refuse(HttpExchange exchange, String name) {
        if (exchange.header(name).isPresent()) {
            throw new HttpProblem(
                    400, name + " is not supported here", "leave it out, or use PUT with If-None-Match: *");
        }
    }

    private static boolean wantsJson(HttpExchange exchange) {
        for (String part : exchange.header("Accept").orElse("").split(",")) {
            if (isJson(Optional.of(part))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isJson(Optional<String> mediaType) {
        String type = mediaType.orElse("").split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
        return type.equals(HttpContentTypes.JSON);
    }
}
