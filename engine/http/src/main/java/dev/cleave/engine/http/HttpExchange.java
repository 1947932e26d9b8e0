package dev.cleave.engine.http;

import dev.cleave.engine.base.AnyThread;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One whole request and the place for its one answer. Any thread may read and answer it. */
@AnyThread
public interface HttpExchange {
    /** As sent: GET, HEAD, PUT and so on. A route for GET hears HEAD too; the server leaves out the body. */
    String method();

    /** The path as it was sent, still percent-encoded, without the query. */
    String rawPath();

    /**
     * What follows the prefix of a prefix route, percent-decoded exactly once: any bytes; {@code %2F} and {@code %00} are data, and so
     * are '/' and '+'. Empty for an exact route. Not to be changed.
     */
    byte[] remainder();

    /** The names of the query's parameters in the order of the request. */
    Set<String> queryNames();

    /** A query parameter as bytes, percent-decoded once; here, as in HTML forms, '+' is a space. */
    Optional<byte[]> queryBytes(String name);

    /**
     * A query parameter as UTF-8 text.
     *
     * @throws HttpProblem 400 if it is not UTF-8
     */
    Optional<String> query(String name);

    /** A header's value; names are compared without case. */
    Optional<String> header(String name);

    /** The request's body, not to be changed. */
    byte[] body();

    InetSocketAddress remote();

    /**
     * Answers. The bytes belong to the server from now on. An answer after the server has given up waiting (or the connection is
     * gone) is dropped.
     *
     * @throws IllegalStateException if it has been answered before
     */
    void respond(int status, String contentType, byte[] body, Map<String, String> headers);

    /**
     * Answers in parts, each made when the one before has left.
     *
     * @param parts is not asked for a HEAD request
     * @throws IllegalStateException if it has been answered before
     */
    void respondInParts(int status, String contentType, HttpParts parts);

    default void respond(int status, String contentType, byte[] body) {
        respond(status, contentType, body, Map.of());
    }

    default void respondText(int status, String text) {
        respond(status, HttpContentTypes.TEXT, text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    default void respondJson(int status, String json) {
        respond(status, HttpContentTypes.JSON, json.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** Answers {@code {"error": ..., "hint": ...}}. */
    default void respondError(int status, String error, String hint) {
        respondJson(status, JsonText.error(error, hint));
    }
}
