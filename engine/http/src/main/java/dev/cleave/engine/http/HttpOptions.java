package dev.cleave.engine.http;

import java.time.Duration;
import java.util.Set;

/**
 * Bounds and deadlines of a server.
 *
 * @param threadName what its threads are called
 * @param eventLoops how many threads it has
 * @param lineBytesMax the request line; a key of 4 KiB is 12 KiB when percent-encoded
 * @param headerBytesMax all headers of a request together
 * @param bodyBytesMax one body: the largest value and some slack for what wraps it
 * @param bodiesBytesMax the bodies of all requests in progress; beyond it requests get 503
 * @param connectionsMax connections at the same time; further ones get 503
 * @param headerDeadline from the first byte of a request, or the connection's start, to the end of its headers
 * @param bodyDeadline from the end of the headers to the end of the body, and for the client to take the answer
 * @param answerDeadline what a handler may take; then the server answers 504 in its place
 * @param idleClose how long a connection may rest between two requests
 * @param hostsAllowed names, without port, under which requests may address a server that listens on the loopback only, beside
 *     localhost and literal loopback addresses: a web page that rebinds its own name must not reach it
 */
public record HttpOptions(
        String threadName,
        int eventLoops,
        int lineBytesMax,
        int headerBytesMax,
        int bodyBytesMax,
        long bodiesBytesMax,
        int connectionsMax,
        Duration headerDeadline,
        Duration bodyDeadline,
        Duration answerDeadline,
        Duration idleClose,
        Set<String> hostsAllowed) {

    public HttpOptions {
        require(eventLoops > 0, "eventLoops must be positive, not " + eventLoops);
        require(lineBytesMax >= 256, "lineBytesMax must be at least 256, not " + lineBytesMax);
        require(headerBytesMax >= 256, "headerBytesMax must be at least 256, not " + headerBytesMax);
        require(bodyBytesMax >= 0, "bodyBytesMax must not be negative: " + bodyBytesMax);
        require(bodiesBytesMax >= bodyBytesMax, "bodiesBytesMax must be at least bodyBytesMax, not " + bodiesBytesMax);
        require(connectionsMax > 0, "connectionsMax must be positive, not " + connectionsMax);
        requirePositive("headerDeadline", headerDeadline);
        requirePositive("bodyDeadline", bodyDeadline);
        requirePositive("answerDeadline", answerDeadline);
        requirePositive("idleClose", idleClose);
        hostsAllowed = Set.copyOf(hostsAllowed);
    }

    public static HttpOptions defaults() {
        return new HttpOptions(
                "http",
                1,
                16 << 10,
                16 << 10,
                (4 << 20) + (64 << 10),
                64L << 20,
                1024,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Set.of());
    }

    public HttpOptions withThreads(String name, int count) {
        return new HttpOptions(
                name,
                count,
                lineBytesMax,
                headerBytesMax,
                bodyBytesMax,
                bodiesBytesMax,
                connectionsMax,
                headerDeadline,
                bodyDeadline,
                answerDeadline,
                idleClose,
                hostsAllowed);
    }

    public HttpOptions withBounds(int bodyBytes, long bodiesBytes, int connections) {
        return new HttpOptions(
                threadName,
                eventLoops,
                lineBytesMax,
                headerBytesMax,
                bodyBytes,
                bodiesBytes,
                connections,
                headerDeadline,
                bodyDeadline,
                answerDeadline,
                idleClose,
                hostsAllowed);
    }

    public HttpOptions withDeadlines(Duration header, Duration body, Duration answer, Duration idle) {
        return new HttpOptions(
                threadName,
                eventLoops,
                lineBytesMax,
                headerBytesMax,
                bodyBytesMax,
                bodiesBytesMax,
                connectionsMax,
                header,
                body,
                answer,
                idle,
                hostsAllowed);
    }

    public HttpOptions withHostsAllowed(Set<String> hosts) {
        return new HttpOptions(
                threadName,
                eventLoops,
                lineBytesMax,
                headerBytesMax,
                bodyBytesMax,
                bodiesBytesMax,
                connectionsMax,
                headerDeadline,
                bodyDeadline,
                answerDeadline,
                idleClose,
                hosts);
    }

    private static void requirePositive(String name, Duration duration) {
        require(!duration.isNegative() && !duration.isZero(), name + " must be positive, not " + duration);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
