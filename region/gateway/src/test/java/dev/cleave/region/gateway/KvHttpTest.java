package dev.cleave.region.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import dev.cleave.engine.http.HttpOptions;
import dev.cleave.engine.http.HttpServer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KvHttpTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] AS_JSON = {"Accept", "application/json"};
    private static final String[] JSON_BODY = {"Content-Type", "application/json"};

    private final FakeAccess access = new FakeAccess();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private Optional<String> whyNotReady = Optional.empty();
    private HttpServer server;

    @BeforeAll
    void start() {
        HttpOptions options = HttpOptions.defaults().withBounds(KvHttp.BODY_BYTES_MAX, 64L << 20, 64);
        server = HttpServer.start(
                "127.0.0.1", 0, KvHttp.routes(access, () -> whyNotReady, () -> Map.of("storeId", 7)), options);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @BeforeEach
    void clear() {
        access.data.clear();
        access.failure = null;
        access.pageMax = 3;
        access.scans = 0;
        access.failingScan = 0;
        access.ttls.clear();
        whyNotReady = Optional.empty();
    }

    private HttpResponse<byte[]> send(String method, String target, byte[] body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + target))
                .timeout(Duration.ofSeconds(10))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> get(String target, String... headers) throws Exception {
        return send("GET", target, null, headers);
    }

    private HttpResponse<byte[]> put(String target, String body, String... headers) throws Exception {
        return send("PUT", target, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    private static JsonNode json(HttpResponse<byte[]> response) throws IOException {
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        return JSON.readTree(response.body());
    }

    private static void isRefused(HttpResponse<byte[]> response, int status, String error) throws IOException {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(json(response).path("error").asText()).contains(error);
        assertThat(json(response).path("hint").asText()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/key/a,                61",
        "/key/a/b/c,            612f622f63",
        "/key/a%2Fb,            612f62",
        "/key//,                2f",
        "/key/%2e%2e/x,         2e2e2f78",
        "/key/%00%FF,           00ff",
        "/key/a%2525,           61253235",
        "/key/a+b,              612b62",
        "/key/%C3%BC,           c3bc",
        "/key/hex:6162,         6865783a36313632",
        "/key/k%3Fx,            6b3f78",
    })
    void aKeyIsTheRestOfThePathDecodedOnce(String target, String keyHex) throws Exception {
        byte[] key = HexFormat.of().parseHex(keyHex);

        assertThat(put(target, "v").statusCode()).isEqualTo(204);

        assertThat(access.data).containsOnlyKeys(Key.own(key));
        assertThat(get(target).body()).asString().isEqualTo("v");
        assertThat(send("DELETE", target, null).statusCode()).isEqualTo(204);
        assertThat(access.data).isEmpty();
    }

    @Test
    void aRawValueComesBackByteForByte() throws Exception {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }

        assertThat(send("PUT", "/key/k", all).statusCode()).isEqualTo(204);
        HttpResponse<byte[]> response = get("/key/k");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
        assertThat(response.body()).isEqualTo(all);
    }

    @Test
    void anEmptyValueIsAValue() throws Exception {
        assertThat(put("/key/k", "").statusCode()).isEqualTo(204);
        assertThat(get("/key/k").statusCode()).isEqualTo(200);
        assertThat(get("/key/k").body()).isEmpty();
    }

    @Test
    void anAbsentKeyIs404AndDeletingItIsNoError() throws Exception {
        isRefused(get("/key/none"), 404, "no such key");
        assertThat(send("DELETE", "/key/none", null).statusCode()).isEqualTo(204);
    }

    @Test
    void headTellsWhetherAKeyIsThere() throws Exception {
        put("/key/k", "four");

        assertThat(send("HEAD", "/key/k", null).statusCode()).isEqualTo(200);
        assertThat(send("HEAD", "/key/none", null).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"value\": \"text\"}            | 74657874",
                "{\"value\": \"\"}                | ''",
                "{\"value\": \"\\u00fc\\n\"}      | c3bc0a",
                "{\"valueBase64\": \"AAH/\"}      | 0001ff",
            })
    void aValueMayComeWrappedInJson(String body, String valueHex) throws Exception {
        assertThat(put("/key/k", body, JSON_BODY).statusCode()).isEqualTo(204);

        assertThat(access.data.get(Key.utf8("k")).bytes())
                .isEqualTo(HexFormat.of().parseHex(valueHex));
    }

    @Test
    void theMediaTypeMayHaveParameters() throws Exception {
        put("/key/k", "{\"value\":\"x\"}", "Content-Type", "Application/JSON; charset=utf-8");

        assertThat(get("/key/k", "Accept", "text/html, application/json;q=0.9").body())
                .asString()
                .contains("\"value\":\"x\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text",
                "[]",
                "\"x\"",
                "{}",
                "{\"value\": 1}",
                "{\"value\": null}",
                "{\"valeu\": \"x\"}",
                "{\"value\": \"x\", \"valueBase64\": \"AA==\"}",
                "{\"value\": \"x\", \"value\": \"y\"}",
                "{\"valueBase64\": \"*\"}",
                "{\"value\": \"x\"} trailing",
                "{\"value\": \"\\ud800\"}"
            })
    void aWrongJsonBodyIsRefusedInWords(String body) throws Exception {
        HttpResponse<byte[]> response = put("/key/k", body, JSON_BODY);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).path("hint").asText()).contains("application/octet-stream");
        assertThat(access.data).isEmpty();
    }

    @Test
    void aValueThatIsTextIsShownAsTextInJson() throws Exception {
        put("/key/a%22b", "line\nbreak");

        JsonNode pair = json(get("/key/a%22b", AS_JSON));

        assertThat(pair.path("key").asText()).isEqualTo("a\"b");
        assertThat(pair.path("keyHex").asText()).isEqualTo("612262");
        assertThat(pair.path("value").asText()).isEqualTo("line\nbreak");
        assertThat(pair.has("valueBase64")).isFalse();
    }

    @Test
    void aValueThatIsNoTextIsShownInBase64() throws Exception {
        send("PUT", "/key/%FF", new byte[] {(byte) 0xFF, 0});

        JsonNode pair = json(get("/key/%FF", AS_JSON));

        assertThat(pair.get("key").isNull()).isTrue();
        assertThat(pair.path("keyHex").asText()).isEqualTo("ff");
        assertThat(pair.get("value").isNull()).isTrue();
        assertThat(pair.path("valueBase64").asText()).isEqualTo("/wA=");
    }

    @Test
    void aConditionalPutWritesOnlyIfTheKeyIsAbsent() throws Exception {
        assertThat(put("/key/k", "1", "If-None-Match", "*").statusCode()).isEqualTo(204);
        isRefused(put("/key/k", "2", "If-None-Match", "*"), 412, "exists");

        assertThat(access.data).containsEntry(Key.utf8("k"), Value.utf8("1"));
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, If-None-Match, abc",
        "PUT, If-Match, *",
        "DELETE, If-Match, *",
        "DELETE, If-None-Match, *",
    })
    void aConditionThatCannotBeKeptIsRefused(String method, String header, String condition) throws Exception {
        access.data.put(Key.utf8("k"), Value.utf8("old"));

        isRefused(send(method, "/key/k", new byte[] {1}, header, condition), 400, header);

        assertThat(access.data).containsEntry(Key.utf8("k"), Value.utf8("old"));
    }

    @Test
    void whatIsTooLargeOrWrongIsRefused() throws Exception {
        isRefused(get("/key/"), 400, "empty");
        isRefused(get("/key/a?b=c"), 400, "query");
        isRefused(get("/key/" + "k".repeat(4097)), 413, "4097");
        isRefused(send("PUT", "/key/k", new byte[(4 << 20) + 1]), 413, "4194305");
        isRefused(put("/key/k", "x", "Content-Encoding", "gzip"), 415, "gzip");
        assertThat(send("PUT", "/key/k", new byte[KvHttp.BODY_BYTES_MAX + 1]).statusCode())
                .isEqualTo(413);
        assertThat(send("POST", "/key/k", new byte[1]).statusCode()).isEqualTo(405);
        assertThat(get("/key/" + "k".repeat(4096)).statusCode()).isEqualTo(404);
        assertThat(send("PUT", "/key/k", new byte[4 << 20]).statusCode()).isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID, 400, 400",
        "UNAVAILABLE, 503, 503",
        "TIMED_OUT, 504, 503",
        "DISK_FULL, 507, 507",
        "UNDETERMINED, 504, 504",
    })
    void theStatusTellsWhatIsKnown(AccessFailure.Kind kind, int read, int write) throws Exception {
        access.failure = new AccessFailure(kind, "because");

        isRefused(get("/key/k"), read, "because");
        isRefused(get("/scan"), read, "because");
        isRefused(put("/key/k", "v"), write, "because");
        isRefused(put("/key/k", "v", "If-None-Match", "*"), write, "because");
        isRefused(send("DELETE", "/key/k", null), write, "because");
        boolean mayRetry =
                put("/key/k", "v").headers().firstValue("Retry-After").isPresent();
        assertThat(mayRetry).isEqualTo(write == 503);
    }

    @ParameterizedTest
    @EnumSource(AccessFailure.Kind.class)
    void aFailureWrappedByAFutureIsUnwrapped(AccessFailure.Kind kind) throws Exception {
        access.failure = new java.util.concurrent.CompletionException(new AccessFailure(kind, "because"));

        assertThat(get("/key/k").body()).asString().contains("because");
    }

    @Test
    void anUnexpectedFailureIs500AndTellsNothing() throws Exception {
        access.failure = new IllegalStateException("secret");

        HttpResponse<byte[]> response = get("/key/k");

        isRefused(response, 500, "internal");
        assertThat(response.body()).asString().doesNotContain("secret");
    }

    private void load(int count) {
        for (int i = 0; i < count; i++) {
            access.data.put(Key.utf8(String.format("k%03d", i)), Value.utf8("v" + i));
        }
    }

    private static List<String> keys(JsonNode scan) {
        List<String> keys = new ArrayList<>();
        scan.path("items").forEach(item -> keys.add(item.path("key").asText()));
        return keys;
    }

    @Test
    void aScanHasTheShapeThatIsPromised() throws Exception {
        access.data.put(Key.own(new byte[] {(byte) 0xFF}), Value.own(new byte[] {(byte) 0xFF, 1}));
        access.data.put(Key.utf8("a"), Value.utf8("1"));

        JsonNode scan = json(get("/scan"));

        assertThat(scan)
                .isEqualTo(JSON.readTree("{\"apiVersion\":\"v1\",\"kind\":\"Scan\",\"items\":["
                        + "{\"key\":\"a\",\"keyHex\":\"61\",\"value\":\"1\"},"
                        + "{\"key\":null,\"keyHex\":\"ff\",\"value\":null,\"valueBase64\":\"/wE=\"}],\"next\":null}"));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "'',                               k000 k001 k002 k003 k004",
                "?start=k001&end=k003,             k001 k002",
                "?start=k003,                      k003 k004",
                "?end=k001,                        k000",
                "?start=&end=,                     k000 k001 k002 k003 k004",
                "?start=k003&reverse=true,         k004 k003",
                "?end=k002&reverse=true,           k001 k000",
                "?limit=2,                         k000 k001",
                "?limit=4&reverse=true,            k004 k003 k002 k001",
                "?start=%6B004&reverse=false,      k004",
                "?start=k002&end=k002,             -",
                "?start=x,                         -",
            })
    void aScanIsHalfOpenInOrderAndLimited(String query, String expected) throws Exception {
        load(5);

        JsonNode scan = json(get("/scan" + query));

        assertThat(keys(scan)).isEqualTo(expected == null ? List.of() : List.of(expected.split(" ")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void followingNextVisitsEveryKeyOnce(boolean isReverse) throws Exception {
        for (int i = 0; i < 50; i++) {
            access.data.put(Key.own(new byte[] {(byte) (i * 5), (byte) 0xFE, '&'}), Value.utf8("v"));
        }
        List<String> seen = new ArrayList<>();
        String target = "/scan?limit=7&reverse=" + isReverse;
        while (target != null) {
            JsonNode scan = json(get(target));
            assertThat(scan.path("items").size()).isBetween(1, 7);
            scan.path("items").forEach(item -> seen.add(item.path("keyHex").asText()));
            target = scan.path("next").textValue();
        }

        List<String> all = new ArrayList<>();
        access.data.keySet().forEach(key -> all.add(HexFormat.of().formatHex(key.bytes())));
        if (isReverse) {
            java.util.Collections.reverse(all);
        }
        assertThat(seen).isEqualTo(all);
    }

    @Test
    void anAnswerIsBoundedByBytesAndByPages() throws Exception {
        for (int i = 0; i < 10; i++) {
            access.data.put(Key.utf8("k" + i), Value.own(new byte[1 << 20]));
        }
        access.pageMax = 1;
        JsonNode large = json(get("/scan"));
        assertThat(keys(large)).containsExactly("k0", "k1");
        assertThat(large.path("next").asText()).startsWith("/scan?start=k1%00&end=&limit=100");

        access.data.clear();
        load(200);
        JsonNode many = json(get("/scan?limit=10000"));
        assertThat(keys(many)).hasSize(ScanRoute.PAGES_MAX);
        assertThat(many.path("next").isNull()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "?start=b&end=a, 400, swap",
        "?limit=0, 400, 10000",
        "?limit=10001, 400, 10000",
        "?limit=-1, 400, 10000",
        "?limit=x, 400, 10000",
        "?limit=99999999999, 400, 10000",
        "?reverse=yes, 400, reverse",
        "?limt=5, 400, limt",
        "?limit=1&limit=2, 400, twice",
        "?stream=1, 400, stream",
        "?stream=true&limit=0, 400, 1000000000",
        "?stream=true&limit=1000000001, 400, 1000000000",
        "?stream=true&start=b&end=a, 400, swap",
    })
    void aWrongScanIsRefusedInWords(String query, int status, String words) throws Exception {
        HttpResponse<byte[]> response = get("/scan" + query);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).asString().contains(words);
        assertThat(access.scans).isZero();
    }

    private List<JsonNode> lines(String target) throws Exception {
        HttpResponse<byte[]> response = get(target);
        assertThat(response.headers().firstValue("Content-Type")).hasValue(ScanRoute.LINES);
        List<JsonNode> lines = new ArrayList<>();
        for (String line : new String(response.body(), StandardCharsets.UTF_8).split("\n")) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    @ParameterizedTest
    @CsvSource({"'', 500", "&reverse=true, 500", "&limit=7, 7", "&start=k490, 10", "&start=x, 0", "&start=a&end=a, 0"})
    void aStreamHasAllThatIsAskedForAndThenItsEnd(String query, int count) throws Exception {
        load(500);

        List<JsonNode> lines = lines("/scan?stream=true" + query);

        JsonNode end = lines.get(lines.size() - 1);
        assertThat(lines).hasSize(count + 1);
        assertThat(end.path("kind").asText()).isEqualTo("End");
        assertThat(end.path("count").asInt()).isEqualTo(count);
        assertThat(end.path("next").isNull()).isEqualTo(count != 7);
        if (count == 500) {
            assertThat(lines.get(0))
                    .isEqualTo(JSON.readTree(
                            query.isEmpty()
                                    ? "{\"key\":\"k000\",\"keyHex\":\"6b303030\",\"value\":\"v0\"}"
                                    : "{\"key\":\"k499\",\"keyHex\":\"6b343939\",\"value\":\"v499\"}"));
        }
    }

    @Test
    void theEndOfALimitedStreamSaysWhereToGoOn() throws Exception {
        load(20);
        List<String> seen = new ArrayList<>();
        String target = "/scan?stream=true&limit=7";
        while (target != null) {
            List<JsonNode> lines = lines(target);
            lines.subList(0, lines.size() - 1)
                    .forEach(line -> seen.add(line.path("key").asText()));
            target = lines.get(lines.size() - 1).path("next").textValue();
        }

        assertThat(seen).hasSize(20).doesNotHaveDuplicates().isSorted();
    }

    /** Whoever counts lines must not take a part for the whole: it is told, and the answer has no proper end. */
    @Test
    void aStreamThatFailsOnItsWaySaysSoAndWhereToGoOnAndHasNoEnd() throws Exception {
        load(20);
        access.failingScan = 3;

        assertThatThrownBy(() -> get("/scan?stream=true&limit=15")).isInstanceOf(IOException.class);

        access.scans = 0;
        String all;
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream()
                    .write("GET /scan?stream=true&limit=15 HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .getBytes(StandardCharsets.UTF_8));
            all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
        List<String> lines = all.lines().filter(line -> line.startsWith("{")).toList();

        assertThat(all).doesNotEndWith("0\r\n\r\n");
        assertThat(lines).hasSize(7);
        JsonNode last = JSON.readTree(lines.get(6));
        assertThat(last.path("kind").asText()).isEqualTo("Failure");
        assertThat(last.path("error").asText()).isEqualTo("nobody leads");
        access.failingScan = 0;
        assertThat(lines(last.path("next").asText()))
                .hasSize(9 + 1)
                .first()
                .isEqualTo(JSON.readTree("{\"key\":\"k006\",\"keyHex\":\"6b303036\",\"value\":\"v6\"}"));
    }

    @ParameterizedTest
    @CsvSource({"1, PT1S", "60, PT1M", "3155760000, PT876600H"})
    void aValueMayHaveATimeToLive(String seconds, Duration ttl) throws Exception {
        assertThat(put("/key/k?ttl=" + seconds, "v").statusCode()).isEqualTo(204);
        assertThat(put("/key/other?ttl=" + seconds, "v", "If-None-Match", "*").statusCode())
                .isEqualTo(204);
        assertThat(put("/key/k", "v").statusCode()).isEqualTo(204);

        assertThat(access.ttls).containsExactly(Optional.of(ttl), Optional.of(ttl), Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "1.5", "60s", "3155760001", "99999999999", "01"})
    void aTimeToLiveThatIsNotOneIsRefused(String ttl) throws Exception {
        isRefused(put("/key/k?ttl=" + ttl, "v"), 400, "ttl is not a number of seconds from 1 to 3155760000");
        assertThat(access.data).isEmpty();
    }

    @Test
    void onlyAWriteHasATimeToLive() throws Exception {
        isRefused(get("/key/k?ttl=1"), 400, "no query parameter 'ttl'");
        isRefused(send("DELETE", "/key/k?ttl=1", null), 400, "no query parameter 'ttl'");
        isRefused(put("/key/k?tll=1", "v"), 400, "no query parameter 'tll'");
    }

    @Test
    void aNodeTellsOfItself() throws Exception {
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(json(get("/health/ready")).path("status").asText()).isEqualTo("ready");
        assertThat(json(get("/status")).path("storeId").asInt()).isEqualTo(7);

        whyNotReady = Optional.of("the log is being read");

        HttpResponse<byte[]> ready = get("/health/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(json(ready).path("reason").asText()).isEqualTo("the log is being read");
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
    }
}
