package dev.cleave.region.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import dev.cleave.engine.http.HttpOptions;
import dev.cleave.engine.http.HttpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The description is served, and what it says is what the routes do. */
class OpenApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FakeAccess access = new FakeAccess();
    private final List<String> times = Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong clock = new AtomicLong();
    private final HttpServer server = HttpServer.start(
            "127.0.0.1",
            0,
            KvHttp.keyRoutes(
                            access,
                            (op, status, nanos, in, out) ->
                                    times.add(op + " " + status + " " + nanos + " " + in + " " + out),
                            () -> clock.getAndAdd(7))
                    .and(KvHttp.nodeRoutes(Optional::empty, () -> Map.of("storeId", 7))),
            HttpOptions.defaults());
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> send(String method, String target, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + target))
                .method(method, method.equals("PUT") ? BodyPublishers.ofString("v") : BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void everyOperationIsThereAndAnswersAsDescribed() throws Exception {
        JsonNode api = JSON.readTree(send("GET", "/openapi.json").body());
        assertThat(api.get("openapi").asText()).startsWith("3.");
        access.data.put(Key.utf8("k"), Value.utf8("v"));

        List<String> operations = new ArrayList<>();
        for (Iterator<String> paths = api.get("paths").fieldNames(); paths.hasNext(); ) {
            String path = paths.next();
            JsonNode item = api.get("paths").get(path);
            for (String method : List.of("get", "put", "delete", "post", "patch")) {
                String target = path.replace("{key}", "k");
                HttpResponse<String> answer = send(method.toUpperCase(java.util.Locale.ROOT), target);
                if (item.has(method)) {
                    operations.add(method + " " + path);
                    JsonNode described = item.get(method).get("responses").get(Integer.toString(answer.statusCode()));
                    assertThat(described)
                            .as(method + " " + path + " " + answer.statusCode())
                            .isNotNull();
                    hasTheShape(api, described, answer);
                } else {
                    assertThat(answer.statusCode()).as(method + " " + path).isEqualTo(405);
                }
            }
        }
        assertThat(operations).hasSize(8);
    }

    @Test
    void eachFailureIsDescribed() throws Exception {
        JsonNode paths = JSON.readTree(send("GET", "/openapi.json").body()).get("paths");
        JsonNode key = paths.get("/key/{key}");
        for (AccessFailure.Kind kind : AccessFailure.Kind.values()) {
            access.failure = new AccessFailure(kind, "no");
            for (String method : List.of("get", "put", "delete")) {
                isDescribed(
                        key.get(method),
                        send(method.toUpperCase(java.util.Locale.ROOT), "/key/k")
                                .statusCode());
            }
            isDescribed(paths.get("/scan").get("get"), send("GET", "/scan").statusCode());
        }
        access.failure = null;
        isDescribed(key.get("get"), send("GET", "/key/none").statusCode());
        isDescribed(key.get("put"), send("PUT", "/key/k").statusCode());
        assertThat(send("PUT", "/key/k", "If-None-Match", "*").statusCode()).isEqualTo(412);
        isDescribed(key.get("put"), 412);
        isDescribed(paths.get("/scan").get("get"), send("GET", "/scan?limt=1").statusCode());
    }

    private static void isDescribed(JsonNode operation, int status) {
        boolean isRefusedAsFull =
                status == 507 && operation.get("operationId").asText().matches("get|scan");
        if (!isRefusedAsFull) {
            assertThat(operation.get("responses").has(Integer.toString(status)))
                    .as(operation.get("operationId") + " " + status)
                    .isTrue();
        }
    }

    /** Of an object's fields those that must be there are, and no other than those described. */
    private static void hasTheShape(JsonNode api, JsonNode response, HttpResponse<String> answer) throws Exception {
        String type = answer.headers().firstValue("Content-Type").orElse("");
        JsonNode schema = response.path("content").path("application/json").path("schema");
        if (schema.has("$ref") && type.startsWith("application/json")) {
            JsonNode described = api.at(schema.get("$ref").asText().substring(1));
            JsonNode body = JSON.readTree(answer.body());
            TreeSet<String> fields = new TreeSet<>();
            body.fieldNames().forEachRemaining(fields::add);
            TreeSet<String> known = new TreeSet<>();
            described.get("properties").fieldNames().forEachRemaining(known::add);
            assertThat(known).containsAll(fields);
            described.get("required").forEach(name -> assertThat(fields).contains(name.asText()));
        }
    }

    @Test
    void eachRequestTellsHowLongItTook() throws Exception {
        send("PUT", "/key/k");
        send("GET", "/key/k");
        send("GET", "/key/none");
        send("DELETE", "/key/k");
        send("GET", "/scan");
        send("GET", "/scan?limt=1");
        send("GET", "/scan?stream=true");

        assertThat(times)
                .containsExactly(
                        "put 204 7 1 0",
                        "get 200 7 0 1",
                        "get 404 7 0 49",
                        "delete 204 7 0 0",
                        "scan 200 7 0 56",
                        "scan 400 7 0 0",
                        "scan 200 7 0 55");
    }
}
