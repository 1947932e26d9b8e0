package dev.cleave.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row: what is sent, the status it gets. No row may reach a handler, and each ends its connection. */
@Timeout(30)
class MalformedRequestTest {
    private static final String HOST = "Host: localhost\r\n";
    private static final AtomicInteger handled = new AtomicInteger();
    private static HttpServer server;

    @BeforeAll
    static void start() {
        HttpHandler count = exchange -> {
            handled.incrementAndGet();
            exchange.respondText(200, "handled");
        };
        HttpRoutes routes = HttpRoutes.none()
                .exact("GET", "/status", count)
                .prefix("GET", "/key/", count)
                .prefix("PUT", "/key/", count);
        server = HttpServer.start("127.0.0.1", 0, routes, HttpOptions.defaults());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<Arguments> requests() {
        String chunked = "Transfer-Encoding: chunked\r\n";
        String chunks = "3\r\nabc\r\n0\r\n\r\n";
        return Stream.of(
                row("garbage", 400, "\u0001\u0002\u0003\u0004\r\n\r\n"),
                row("one word", 400, "GET\r\n\r\n"),
                row("two words", 400, "GET /status\r\n\r\n"),
                row("no version number", 400, "GET /status HTTP\r\n" + HOST + "\r\n"),
                row("unknown version", 505, "GET /status HTTP/3.0\r\n" + HOST + "\r\n"),
                row("another protocol's name", 400, "GET /status FTP/1.1\r\n" + HOST + "\r\n"),
                row("small letters", 400, "get /status HTTP/1.1\r\n" + HOST + "\r\n"),
                row("long method", 400, "G".repeat(17) + " /status HTTP/1.1\r\n" + HOST + "\r\n"),
                row("absolute target", 400, "GET http://localhost/status HTTP/1.1\r\n" + HOST + "\r\n"),
                row("star", 400, "GET * HTTP/1.1\r\n" + HOST + "\r\n"),
                row("raw byte", 400, "GET /key/\u00e4 HTTP/1.1\r\n" + HOST + "\r\n"),
                row("raw control", 400, "GET /key/a\u0001b HTTP/1.1\r\n" + HOST + "\r\n"),
                row("fragment", 400, "GET /key/a#b HTTP/1.1\r\n" + HOST + "\r\n"),
                row("cut percent", 400, "GET /key/%4 HTTP/1.1\r\n" + HOST + "\r\n"),
                row("bad percent", 400, "GET /key/%zz HTTP/1.1\r\n" + HOST + "\r\n"),
                row("signed percent", 400, "GET /key/%+1 HTTP/1.1\r\n" + HOST + "\r\n"),
                row("bad percent in query", 400, "GET /status?a=% HTTP/1.1\r\n" + HOST + "\r\n"),
                row("parameter twice", 400, "GET /status?a=1&a=2 HTTP/1.1\r\n" + HOST + "\r\n"),
                row("no host", 400, "GET /status HTTP/1.1\r\n\r\n"),
                row("two hosts", 400, "GET /status HTTP/1.1\r\n" + HOST + HOST + "\r\n"),
                row("foreign host", 421, "GET /status HTTP/1.1\r\nHost: evil.example\r\n\r\n"),
                row("foreign host with port", 421, "GET /status HTTP/1.1\r\nHost: 127.0.0.1.evil.example:80\r\n\r\n"),
                row("long line", 414, "GET /key/" + "a".repeat(17_000) + " HTTP/1.1\r\n" + HOST + "\r\n"),
                row("long line without end", 414, "GET /key/" + "a".repeat(17_000)),
                row("long header", 431, "GET /status HTTP/1.1\r\n" + HOST + "X: " + "a".repeat(17_000) + "\r\n\r\n"),
                row("many headers", 431, "GET /status HTTP/1.1\r\n" + HOST + "X: y\r\n".repeat(5_000) + "\r\n"),
                row("header without colon", 400, "GET /status HTTP/1.1\r\n" + HOST + "nonsense\r\n\r\n"),
                row("space before colon", 400, "GET /status HTTP/1.1\r\n" + HOST + "X : y\r\n\r\n"),
                row("nul in header", 400, "GET /status HTTP/1.1\r\n" + HOST + "X: a\u0000b\r\n\r\n"),
                row("bare line feed", 400, "GET /status HTTP/1.1\nHost: localhost\n\n"),
                row("bare line feed in header", 400, "GET /status HTTP/1.1\r\n" + HOST + "X: a\nY: b\r\n\r\n"),
                row("negative length", 400, put("Content-Length: -1\r\n", "")),
                row("signed length", 400, put("Content-Length: +3\r\n", "abc")),
                row("hex length", 400, put("Content-Length: 0x3\r\n", "abc")),
                row("empty length", 400, put("Content-Length: \r\n", "abc")),
                row("two lengths", 400, put("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd")),
                row("the same length twice", 400, put("Content-Length: 3\r\nContent-Length: 3\r\n", "abc")),
                row("list of lengths", 400, put("Content-Length: 3, 3\r\n", "abc")),
                row("length and chunks", 400, put("Content-Length: 3\r\n" + chunked, chunks)),
                row("chunks and length", 400, put(chunked + "Content-Length: 3\r\n", chunks)),
                row("huge length", 400, put("Content-Length: 99999999999999999999\r\n", "")),
                row("length above limit", 413, put("Content-Length: 9000000\r\n", "")),
                row("gzip", 400, put("Transfer-Encoding: gzip\r\n", "")),
                row("gzip, chunked", 501, put("Transfer-Encoding: gzip, chunked\r\n", chunks)),
                row("chunked twice", 400, put(chunked + chunked, chunks)),
                row("chunked disguised", 400, put("Transfer-Encoding: xchunked\r\n", chunks)),
                row("chunks in 1.0", 400, "PUT /key/a HTTP/1.0\r\n" + HOST + chunked + "\r\n" + chunks),
                row("bad chunk size", 400, put(chunked, "zz\r\nabc\r\n0\r\n\r\n")),
                row("negative chunk size", 400, put(chunked, "-3\r\nabc\r\n0\r\n\r\n")),
                row("chunk longer than said", 400, put(chunked, "3\r\nabcdef\r\n0\r\n\r\n")),
                row("huge chunk size", 400, put(chunked, "fffffffffffffffff\r\nabc\r\n0\r\n\r\n")),
                row("strange expectation", 417, put("Content-Length: 3\r\nExpect: coffee\r\n", "abc")));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("requests")
    void isRefusedAndTheConnectionEnds(String what, int status, String request) throws Exception {
        handled.set(0);
        try (RawClient client = new RawClient(server)) {
            client.write(request + "GET /status HTTP/1.1\r\n" + HOST + "\r\n");

            RawClient.Response response = client.read();

            assertThat(response.status()).isEqualTo(status);
            assertThat(response.body()).startsWith("{\"error\": ");
            assertThat(response.header("Connection")).isEqualTo("close");
            assertThat(client.isAtEnd()).isTrue();
        }
        assertThat(handled.get()).isZero();
    }

    private static Arguments row(String what, int status, String request) {
        return Arguments.of(what, status, request);
    }

    private static String put(String headers, String body) {
        return "PUT /key/a HTTP/1.1\r\n" + HOST + headers + "\r\n" + body;
    }
}
