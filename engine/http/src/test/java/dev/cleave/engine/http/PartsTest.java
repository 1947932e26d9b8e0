package dev.cleave.engine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers that leave in parts. */
@Timeout(60)
class PartsTest {
    private static final String GET = "GET /parts HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final Duration SHORTLY = Duration.ofMillis(150);
    private static final Duration NEVER = Duration.ofMinutes(5);

    private final List<HttpServer> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(HttpServer::close);
    }

    private HttpServer start(HttpOptions options, HttpParts parts) {
        HttpServer server = HttpServer.start(
                "127.0.0.1",
                0,
                HttpRoutes.none()
                        .exact("GET", "/parts", exchange -> exchange.respondInParts(200, HttpContentTypes.TEXT, parts))
                        .exact("GET", "/after", exchange -> exchange.respondText(200, "after")),
                options);
        servers.add(server);
        return server;
    }

    private static HttpParts of(String... texts) {
        AtomicInteger next = new AtomicInteger();
        return () -> CompletableFuture.completedFuture(
                next.get() < texts.length ? Optional.of(bytes(texts[next.getAndIncrement()])) : Optional.empty());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void theyLeaveAsChunksAndTheConnectionGoesOn() throws Exception {
        try (RawClient raw = new RawClient(start(HttpOptions.defaults(), of("one", "two")))) {
            raw.write(GET);
            RawClient.Response head = raw.read();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("Transfer-Encoding")).isEqualTo("chunked");
            assertThat(head.header("Content-Length")).isEmpty();
            assertThat(head.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(List.of(raw.readChunk(), raw.readChunk(), raw.readChunk()))
                    .containsExactly("one", "two", "");

            raw.write("GET /after HTTP/1.1\r\nHost: localhost\r\n\r\n");

            assertThat(raw.read().body()).isEqualTo("after");
        }
    }

    @Test
    void aClientOfTheOldProtocolGetsThemUntilTheConnectionEnds() throws Exception {
        try (RawClient raw = new RawClient(start(HttpOptions.defaults(), of("one", "two")))) {
            raw.write("GET /parts HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");

            String all = raw.readAll();

            assertThat(all).endsWith("\r\n\r\nonetwo").containsIgnoringCase("connection: close");
            assertThat(all).doesNotContainIgnoringCase("transfer-encoding");
        }
    }

    @Test
    void headAsksForNoPart() throws Exception {
        HttpParts never = () -> CompletableFuture.failedFuture(new IllegalStateException("asked"));
        try (RawClient raw = new RawClient(start(HttpOptions.defaults(), never))) {
            raw.write("HEAD /parts HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(raw.read(true).status()).isEqualTo(200);

            raw.write("GET /after HTTP/1.1\r\nHost: localhost\r\n\r\n");

            assertThat(raw.read().body()).isEqualTo("after");
        }
    }

    @Test
    void manyPartsThatAreAtHandDoNotGrowTheStack() throws Exception {
        AtomicInteger left = new AtomicInteger(20_000);
        HttpParts many = () -> CompletableFuture.completedFuture(
                left.getAndDecrement() > 0 ? Optional.of(bytes("x")) : Optional.empty());
        try (RawClient raw = new RawClient(start(HttpOptions.defaults(), many))) {
            raw.write(GET);
            raw.read();
            for (int i = 0; i < 20_000; i++) {
                assertThat(raw.readChunk()).isEqualTo("x");
            }
            assertThat(raw.readChunk()).isEmpty();
        }
    }

    @Test
    void whatFailsIsBrokenOffWithoutAnEnd() throws Exception {
        for (HttpParts broken :
                List.<HttpParts>of(() -> CompletableFuture.failedFuture(new IllegalStateException("no")), () -> {
                    throw new IllegalStateException("no");
                })) {
            AtomicInteger asked = new AtomicInteger();
            HttpParts parts = () -> asked.getAndIncrement() == 0
                    ? CompletableFuture.completedFuture(Optional.of(bytes("one")))
                    : broken.next();
            try (RawClient raw = new RawClient(start(HttpOptions.defaults(), parts))) {
                raw.write(GET);
                raw.read();
                assertThat(raw.readChunk()).isEqualTo("one");
                assertThatThrownBy(() -> raw.readChunk()).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void aPartThatIsNotMadeInTimeBreaksItOff() throws Exception {
        BlockingQueue<CompletableFuture<Optional<byte[]>>> asked = new LinkedBlockingQueue<>();
        HttpParts slow = () -> {
            CompletableFuture<Optional<byte[]>> part = new CompletableFuture<>();
            asked.add(part);
            return part;
        };
        HttpOptions options = HttpOptions.defaults().withDeadlines(NEVER, NEVER, SHORTLY, NEVER);
        try (RawClient raw = new RawClient(start(options, slow))) {
            raw.write(GET);
            asked.take().complete(Optional.of(bytes("one")));
            raw.read();
            assertThat(raw.readChunk()).isEqualTo("one");

            assertThatThrownBy(() -> raw.readChunk()).isInstanceOf(IOException.class);
            asked.take().complete(Optional.of(bytes("too late, and dropped")));
        }
    }

    /** What waits for a client is one part, however long the answer is; and a client that takes nothing is let go. */
    @Test
    void aClientThatReadsNothingStopsTheMakingOfParts() throws Exception {
        AtomicInteger made = new AtomicInteger();
        CompletableFuture<Void> begun = new CompletableFuture<>();
        HttpParts endless = () -> {
            made.incrementAndGet();
            begun.complete(null);
            return CompletableFuture.completedFuture(Optional.of(new byte[1 << 20]));
        };
        HttpServer server = start(HttpOptions.defaults().withDeadlines(NEVER, SHORTLY, NEVER, NEVER), endless);
        try (RawClient raw = new RawClient(server)) {
            raw.write(GET);
            begun.join();

            server.close(); // waits for its connections

            assertThat(made.get()).as("the sockets' buffers hold some").isBetween(1, 32);
            raw.read();
            assertThatThrownBy(() -> {
                        while (!raw.readChunk().isEmpty()) {
                            // until it breaks off
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }
}
