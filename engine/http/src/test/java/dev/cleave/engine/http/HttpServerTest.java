package dev.cleave.engine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class HttpServerTest {
    private static final String HOST = "Host: localhost\r\n";
    private final List<HttpServer> servers = new ArrayList<>();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    @AfterEach
    void stop() {
        servers.forEach(HttpServer::close);
    }

    private HttpServer start(HttpRoutes routes, HttpOptions options) {
        HttpServer server = HttpServer.start("127.0.0.1", 0, routes, options);
        servers.add(server);
        return server;
    }

    private HttpServer start(HttpRoutes routes) {
        return start(routes, HttpOptions.defaults());
    }

    private static HttpRoutes echo() {
        return HttpRoutes.none()
                .prefix("PUT", "/echo/", exchange -> exchange.respond(200, HttpContentTypes.BYTES, exchange.body()));
    }

    private static HttpRoutes keys() {
        return HttpRoutes.none()
                .prefix(
                        "GET",
                        "/key/",
                        exchange -> exchange.respondText(200, HexFormat.of().formatHex(exchange.remainder())));
    }

    private HttpResponse<byte[]> send(HttpServer server, String method, String path, byte[] body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                .timeout(Duration.ofSeconds(20))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    @ParameterizedTest
    @CsvSource({
        "/key/abc, 616263",
        "/key/, ''",
        "/key/a/b, 612f62",
        "/key/a%2Fb, 612f62",
        "/key/a%2fb, 612f62",
        "/key/%00%ff, 00ff",
        "/key/a+b, 612b62",
        "/key/a%20b, 612062",
        "/key/%252F, 253246",
        "/key/../status, 2e2e2f737461747573",
        "/key//x, 2f78",
        "/key/a?x=1, 61",
        "/key/a%3Fx, 613f78",
        "/key/%C3%A4, c3a4",
    })
    void aKeyIsDecodedExactlyOnce(String target, String hex) throws Exception {
        try (RawClient raw = new RawClient(start(keys()))) {
            raw.write("GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n");

            RawClient.Response response = raw.read();

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body()).isEqualTo(hex);
        }
    }

    @Test
    void theLongestKeyFitsIntoTheLine() throws Exception {
        try (RawClient raw = new RawClient(start(keys()))) {
            raw.write("GET /key/" + "%ff".repeat(4096) + " HTTP/1.1\r\n" + HOST + "\r\n");

            assertThat(raw.read().body()).isEqualTo("ff".repeat(4096));
        }
    }

    @Test
    void queriesAreDecodedAndKeptInOrder() throws Exception {
        BlockingQueue<HttpExchange> heard = new LinkedBlockingQueue<>();
        HttpServer server = start(HttpRoutes.none().exact("GET", "/scan", exchange -> {
            heard.add(exchange);
            exchange.respondText(200, exchange.query("text").orElse("none"));
        }));

        try (RawClient raw = new RawClient(server)) {
            raw.write("GET /scan?z=a+b%2B&&bytes=%00%FF&flag&text=%C3%A4=1 HTTP/1.1\r\n" + HOST + "X-A:  v \r\n\r\n");
            assertThat(raw.read().body().getBytes(StandardCharsets.ISO_8859_1))
                    .isEqualTo("ä=1".getBytes(StandardCharsets.UTF_8));
            raw.write("GET /scan?text=%ff HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(raw.read().status()).isEqualTo(400);
        }

        HttpExchange exchange = heard.take();
        assertThat(exchange.queryNames()).containsExactly("z", "bytes", "flag", "text");
        assertThat(exchange.query("z")).contains("a b+");
        assertThat(exchange.query("flag")).contains("");
        assertThat(exchange.query("absent")).isEmpty();
        assertThat(exchange.queryBytes("bytes").orElseThrow()).containsExactly(0, 0xFF);
        assertThat(exchange.header("x-a")).contains("v");
        assertThat(exchange.header("X-A")).contains("v");
        assertThat(exchange.rawPath()).isEqualTo("/scan");
        assertThat(exchange.method()).isEqualTo("GET");
    }

    @Test
    void largeBodiesPassBothWaysInAnyFraming() throws Exception {
        HttpServer server = start(echo());
        byte[] body = new byte[4 << 20];
        new SplittableRandom(1).nextBytes(body);

        assertThat(send(server, "PUT", "/echo/", body).body()).isEqualTo(body);

        HttpRequest chunked = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/echo/"))
                .PUT(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                .build();
        assertThat(client.send(chunked, HttpResponse.BodyHandlers.ofByteArray()).body())
                .isEqualTo(body);
    }

    @Test
    void chunksOfOneByteAreNoTrouble() throws Exception {
        try (RawClient raw = new RawClient(start(echo()))) {
            raw.write("PUT /echo/ HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n"
                    + "1\r\nx\r\n".repeat(30_000) + "0\r\n\r\n");

            assertThat(raw.read().body()).isEqualTo("x".repeat(30_000));
        }
    }

    @Test
    void aBodyAboveTheLimitIsRefusedBeforeItIsSentAndWhileItIs() throws Exception {
        HttpServer server = start(echo(), HttpOptions.defaults().withBounds(1000, 10_000, 10));
        try (RawClient raw = new RawClient(server)) {
            raw.write("PUT /echo/ HTTP/1.1\r\n" + HOST + "Content-Length: 1001\r\nExpect: 100-continue\r\n\r\n");
            assertThat(raw.read().status()).isEqualTo(413);
            assertThat(raw.isAtEnd()).isTrue();
        }
        try (RawClient raw = new RawClient(server)) {
            raw.write("PUT /echo/ HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + "64\r\n"
                    + "x".repeat(100) + "\r\n");
            raw.write(("64\r\n" + "x".repeat(100) + "\r\n").repeat(10));
            assertThat(raw.read().status()).isEqualTo(413);
            assertThat(raw.isAtEnd()).isTrue();
        }
        assertThat(send(server, "PUT", "/echo/", new byte[1000]).statusCode()).isEqualTo(200);
    }

    @Test
    void allBodiesTogetherAreBounded() throws Exception {
        HttpServer server = start(echo(), HttpOptions.defaults().withBounds(1000, 1500, 10));
        try (RawClient first = new RawClient(server)) {
            first.write("PUT /echo/ HTTP/1.1\r\n" + HOST + "Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n");
            assertThat(first.read().status()).isEqualTo(100);
            first.write("x".repeat(999));
            RawClient.Response second;
            do {
                try (RawClient raw = new RawClient(server)) {
                    raw.write("PUT /echo/ HTTP/1.1\r\n" + HOST + "Content-Length: 1000\r\n\r\n" + "y".repeat(1000));
                    second = raw.read();
                }
            } while (second.status() == 200); // the first body may still be on its way

            assertThat(second.status()).isEqualTo(503);
            first.write("x");
            assertThat(first.read().body()).hasSize(1000);
        }
        assertThat(send(server, "PUT", "/echo/", new byte[1000]).statusCode()).isEqualTo(200);
    }

    @Test
    void aClientThatAsksIsToldToContinue() throws Exception {
        try (RawClient raw = new RawClient(start(echo()))) {
            raw.write("PUT /echo/ HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            assertThat(raw.read().status()).isEqualTo(100);
            raw.write("abc");
            assertThat(raw.read().body()).isEqualTo("abc");
        }
    }

    @Test
    void unknownPathsAndWrongMethodsAreAnsweredInWords() throws Exception {
        HttpServer server = start(keys().exact("POST", "/key/special", e -> e.respondText(200, "special")));
        try (RawClient raw = new RawClient(server)) {
            raw.write("GET /nowhere HTTP/1.1\r\n" + HOST + "\r\n");
            RawClient.Response unknown = raw.read();
            assertThat(unknown.status()).isEqualTo(404);
            assertThat(unknown.body()).contains("\"error\"").contains("\"hint\"");

            raw.write("DELETE /key/a HTTP/1.1\r\n" + HOST + "\r\n");
            RawClient.Response wrong = raw.read();
            assertThat(wrong.status()).isEqualTo(405);
            assertThat(wrong.header("Allow")).isEqualTo("GET, HEAD");
            assertThat(wrong.header("Connection")).isEqualTo("keep-alive");

            raw.write("GET /key/special HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(raw.read().status()).isEqualTo(405);

            raw.write("PUT /nowhere HTTP/1.1\r\n" + HOST + "Content-Length: 100\r\n\r\n");
            RawClient.Response unread = raw.read();
            assertThat(unread.status()).isEqualTo(404);
            assertThat(unread.header("Connection")).isEqualTo("close");
            assertThat(raw.isAtEnd()).isTrue();
        }
    }

    @Test
    void headHasTheLengthOfGetButNoBody() throws Exception {
        try (RawClient raw = new RawClient(start(keys()))) {
            raw.write("HEAD /key/abc HTTP/1.1\r\n" + HOST + "\r\n");
            RawClient.Response head = raw.read(true);
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("Content-Length")).isEqualTo("6");

            raw.write("HEAD /nowhere HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(raw.read(true).status()).isEqualTo(404);

            raw.write("GET /key/abc HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(raw.read().body()).isEqualTo("616263");
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrderEvenIfTheirHandlersAreNot() throws Exception {
        BlockingQueue<HttpExchange> slow = new LinkedBlockingQueue<>();
        HttpServer server = start(keys().exact("GET", "/slow", slow::add));
        try (RawClient raw = new RawClient(server)) {
            StringBuilder all = new StringBuilder("GET /slow HTTP/1.1\r\n" + HOST + "\r\n");
            int requests = 3000;
            for (int i = 0; i < requests; i++) {
                all.append("GET /key/")
                        .append(i)
                        .append(" HTTP/1.1\r\n")
                        .append(HOST)
                        .append("\r\n");
            }
            Thread writer = new Thread(() -> {
                try {
                    raw.write(all.toString());
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            });
            writer.start();
            slow.take().respondText(200, "slow");

            assertThat(raw.read().body()).isEqualTo("slow");
            for (int i = 0; i < requests; i++) {
                String hex = HexFormat.of().formatHex(Integer.toString(i).getBytes(StandardCharsets.UTF_8));
                assertThat(raw.read().body()).isEqualTo(hex);
            }
            writer.join(10_000);
        }
    }

    /** RFC 9112 lets a server read an old folded header as one line with a space. */
    @Test
    void aFoldedHeaderIsOneLine() throws Exception {
        HttpServer server = start(HttpRoutes.none()
                .exact(
                        "GET",
                        "/",
                        exchange ->
                                exchange.respondText(200, exchange.header("X").orElse("none"))));
        try (RawClient raw = new RawClient(server)) {
            raw.write("GET / HTTP/1.1\r\n" + HOST + "X: a\r\n  b\r\n\r\n");
            assertThat(raw.read().body()).isEqualTo("a b");
        }
    }

    @Test
    void keepAliveFollowsTheClient() throws Exception {
        HttpServer server = start(keys());
        try (RawClient raw = new RawClient(server)) {
            raw.write("GET /key/a HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");
            assertThat(raw.read().header("Connection")).isEqualTo("close");
            assertThat(raw.isAtEnd()).isTrue();
        }
        try (RawClient raw = new RawClient(server)) {
            raw.write("GET /key/a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertThat(raw.read().header("Connection")).isEqualTo("keep-alive");
            raw.write("GET /key/a HTTP/1.0\r\n\r\n");
            assertThat(raw.read().body()).isEqualTo("61");
            assertThat(raw.isAtEnd()).isTrue();
        }
        try (RawClient raw = new RawClient(server)) {
            raw.write("GET /key/a HTTP/1.1\r\n" + HOST + "\r\nGET /key/b HTTP/1.1\r\n" + HOST + "\r\n");
            raw.endOutput();
            assertThat(raw.read().body()).isEqualTo("61");
            assertThat(raw.read().body()).isEqualTo("62");
            assertThat(raw.isAtEnd()).isTrue();
        }
    }

    @Test
    void manyClientsAreServedAtTheSameTimeWithAnswersFromOtherThreads() {
        HttpServer server = start(
                HttpRoutes.none()
                        .prefix(
                                "PUT",
                                "/echo/",
                                exchange -> CompletableFuture.runAsync(
                                        () -> exchange.respond(200, HttpContentTypes.BYTES, exchange.body()))),
                HttpOptions.defaults().withThreads("http-many", 2));
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/echo/"))
                    .PUT(HttpRequest.BodyPublishers.ofString("body " + i))
                    .build();
            answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
        }
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).orTimeout(20, TimeUnit.SECONDS).join().body())
                    .isEqualTo("body " + i);
        }
    }

    @Test
    void aHandlersFailureIsAnAnswer() throws Exception {
        HttpRoutes routes = HttpRoutes.none()
                .exact("GET", "/broken", exchange -> {
                    throw new IllegalStateException("secret detail");
                })
                .exact("GET", "/problem", exchange -> {
                    throw new HttpProblem(409, "a \"conflict\" <b>\n", "look again");
                })
                .exact(
                        "GET",
                        "/headers",
                        exchange -> exchange.respond(
                                200, HttpContentTypes.TEXT, new byte[0], Map.of("X-Bad", "a\r\nX-Injected: b")))
                .exact("GET", "/twice", exchange -> {
                    exchange.respondText(200, "once");
                    exchange.respondText(200, "twice");
                })
                .exact("GET", "/empty", exchange -> exchange.respond(204, HttpContentTypes.TEXT, new byte[0]));
        try (RawClient raw = new RawClient(start(routes))) {
            raw.write("GET /broken HTTP/1.1\r\n" + HOST + "\r\n");
            RawClient.Response broken = raw.read();
            assertThat(broken.status()).isEqualTo(500);
            assertThat(broken.body()).doesNotContain("secret");
            raw.write("GET /problem HTTP/1.1\r\n" + HOST + "\r\n");
            RawClient.Response problem = raw.read();
            assertThat(problem.status()).isEqualTo(409);
            assertThat(problem.body())
                    .isEqualTo("{\"error\": \"a \\\"conflict\\\" \\u003cb\\u003e\\n\", \"hint\": \"look again\"}\n");
            raw.write("GET /headers HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(raw.read().status()).isEqualTo(500);
            raw.write("GET /twice HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(raw.read().body()).isEqualTo("once");
            raw.write("GET /empty HTTP/1.1\r\n" + HOST + "\r\n");
            RawClient.Response empty = raw.read();
            assertThat(empty.status()).isEqualTo(204);
            raw.write("GET /twice HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(raw.read().body()).isEqualTo("once");
        }
    }

    @Test
    void everyWaitHasADeadline() throws Exception {
        Duration shortly = Duration.ofMillis(150);
        Duration never = Duration.ofMinutes(5);
        BlockingQueue<HttpExchange> unanswered = new LinkedBlockingQueue<>();
        HttpRoutes routes = echo().exact("GET", "/never", unanswered::add);

        HttpServer headers = start(routes, HttpOptions.defaults().withDeadlines(shortly, never, never, never));
        try (RawClient raw = new RawClient(headers)) {
            raw.write("GET /never HTT");
            assertThat(raw.read().status()).isEqualTo(408);
            assertThat(raw.isAtEnd()).isTrue();
        }
        HttpServer bodies = start(routes, HttpOptions.defaults().withDeadlines(never, shortly, never, never));
        try (RawClient raw = new RawClient(bodies)) {
            raw.write("PUT /echo/ HTTP/1.1\r\n" + HOST + "Content-Length: 10\r\n\r\nabc");
            assertThat(raw.read().status()).isEqualTo(408);
            assertThat(raw.isAtEnd()).isTrue();
        }
        HttpServer answers = start(routes, HttpOptions.defaults().withDeadlines(never, never, shortly, never));
        try (RawClient raw = new RawClient(answers)) {
            raw.write("GET /never HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(raw.read().status()).isEqualTo(504);
            unanswered.take().respondText(200, "too late, and dropped");
            assertThat(raw.isAtEnd()).isTrue();
        }
        HttpServer idle = start(routes, HttpOptions.defaults().withDeadlines(never, never, never, shortly));
        try (RawClient raw = new RawClient(idle)) {
            raw.write("PUT /echo/ HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\nabc");
            assertThat(raw.read().body()).isEqualTo("abc");
            assertThat(raw.isAtEnd()).isTrue();
        }
    }

    @Test
    void connectionsAreBounded() throws Exception {
        HttpServer server = start(keys(), HttpOptions.defaults().withBounds(1000, 1000, 1));
        try (RawClient first = new RawClient(server)) {
            first.write("GET /key/a HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(first.read().status()).isEqualTo(200);
            try (RawClient second = new RawClient(server)) {
                RawClient.Response refused = second.read();
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.body()).contains("too many connections");
                assertThat(second.isAtEnd()).isTrue();
            }
            first.write("GET /key/a HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(first.read().status()).isEqualTo(200);
        }
    }

    @Test
    void namesOfTheLoopbackAndAllowedOnesAreHosts() throws Exception {
        HttpServer server = start(keys(), HttpOptions.defaults().withHostsAllowed(Set.of("node.test")));
        for (String host : List.of("localhost:1", "127.0.0.1", "127.1.2.3:80", "[::1]:80", "LOCALHOST", "node.test")) {
            try (RawClient raw = new RawClient(server)) {
                raw.write("GET /key/a HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
                assertThat(raw.read().status()).as(host).isEqualTo(200);
            }
        }
        HttpServer open = HttpServer.start("0.0.0.0", 0, keys(), HttpOptions.defaults());
        servers.add(open);
        try (RawClient raw = new RawClient(open)) {
            raw.write("GET /key/a HTTP/1.1\r\nHost: anything.example\r\n\r\n");
            assertThat(raw.read().status()).isEqualTo(200);
        }
    }

    @Test
    void metricsAreServedAsText() throws Exception {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.counter("cleave.test").increment(3);
        HttpServer server = start(HttpMetrics.routes(registry).and(keys()));

        HttpResponse<byte[]> response = send(server, "GET", "/metrics", new byte[0]);

        assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("cleave_test_total 3.0");
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
    }

    @Test
    void anAddressThatCannotBeBoundIsReportedInWords() {
        HttpServer first = start(keys());

        assertThatThrownBy(() -> HttpServer.start("127.0.0.1", first.port(), keys(), HttpOptions.defaults()))
                .isInstanceOf(HttpException.class)
                .hasMessageContaining("127.0.0.1:" + first.port())
                .hasMessageContaining("in use")
                .hasMessageContaining("another address");
        assertThatThrownBy(() -> HttpServer.start("no-such-host.invalid", 80, keys(), HttpOptions.defaults()))
                .isInstanceOf(HttpException.class)
                .hasMessageContaining("no-such-host.invalid:80");
    }

    @Test
    void routesThatCollideAreRefused() {
        assertThatThrownBy(() -> keys().and(keys())).hasMessageContaining("GET /key/");
        assertThatThrownBy(() -> keys().exact("GET", "status", e -> {})).hasMessageContaining("starts with '/'");
    }

    @Test
    void closingLetsRequestsInProgressEndAndLeavesNoThread() throws Exception {
        BlockingQueue<HttpExchange> slow = new LinkedBlockingQueue<>();
        HttpServer server = HttpServer.start(
                "127.0.0.1",
                0,
                keys().exact("GET", "/slow", slow::add),
                HttpOptions.defaults().withThreads("http-leak", 2));
        try (RawClient resting = new RawClient(server);
                RawClient busy = new RawClient(server)) {
            resting.write("GET /key/a HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(resting.read().status()).isEqualTo(200);
            busy.write("GET /slow HTTP/1.1\r\n" + HOST + "\r\n");
            HttpExchange exchange = slow.take();

            Thread closing = new Thread(server::close);
            closing.start();
            assertThat(resting.isAtEnd()).isTrue();
            exchange.respondText(200, "done");

            assertThat(busy.read().body()).isEqualTo("done");
            assertThat(busy.isAtEnd()).isTrue();
            closing.join(10_000);
            assertThat(closing.isAlive()).isFalse();
        }
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("http-leak")) {
                thread.join(2000);
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
        server.close();
    }
}
