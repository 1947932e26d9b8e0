package dev.cleave.placement.ctl.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import dev.cleave.region.client.CleaveException;
import dev.cleave.region.client.NotAppliedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CleaveNodeTest {
    @TempDir
    Path directory;

    /** Its text stands in docs/embedding.md. */
    @Test
    void aWholeCleaveIsOneLineOfATest() throws Exception {
        // embedding
        try (CleaveNode cleave = CleaveNode.start()) {
            cleave.client().put("greeting", "hello");
            assertThat(cleave.client().get("greeting")).contains("hello".getBytes());
            // end
            assertThat(get(cleave, "/key/greeting")).isEqualTo("hello");
            assertThat(get(cleave, "/metrics"))
                    .contains("cleave_http_request_duration_seconds_bucket{code=\"200\",op=\"get\",le=\"0.005\"")
                    .contains("cleave_http_request_duration_seconds_count{code=\"200\",op=\"get\"} 1")
                    .contains("cleave_client_retry_total{reason=\"not_leader\"}", "cleave_build_info{version=");
            assertThat(get(cleave, "/openapi.json")).contains("\"openapi\"");
            assertThat(get(cleave, "/scan?stream=true").lines())
                    .containsExactly(
                            "{\"key\":\"greeting\",\"keyHex\":\"6772656574696e67\",\"value\":\"hello\"}",
                            "{\"apiVersion\":\"v1\",\"kind\":\"End\",\"count\":1,\"next\":null}");
        }
    }

    /** Their names and places are promised in docs/operations.md. */
    @Test
    void theMetricsTellWhereTheTimeOfAWriteGoesAndWhatTheStoreHolds() throws Exception {
        try (CleaveNode cleave = CleaveNode.start()) {
            for (int i = 0; i < 20; i++) {
                cleave.client().put("key" + i, "value");
            }

            String metrics = get(cleave, "/metrics");

            for (String stage : List.of("append_fsync", "commit", "apply", "propose")) {
                String name = "cleave_raft_" + stage + "_duration_seconds";
                assertThat(value(metrics, name + "_count")).as(stage).isPositive();
                assertThat(value(metrics, name + "_sum")).as(stage).isPositive();
                assertThat(value(metrics, name + "_bucket{le=\"+Inf\"}")).isEqualTo(value(metrics, name + "_count"));
            }
            assertThat(value(metrics, "cleave_request_duration_seconds_count{code=\"ok\",op=\"put\"}"))
                    .isEqualTo(20);
            assertThat(value(metrics, "cleave_request_duration_seconds_bucket{code=\"ok\",op=\"put\",le=\"+Inf\"}"))
                    .isEqualTo(20);
            assertThat(value(metrics, "cleave_request_duration_seconds_sum{code=\"ok\",op=\"put\"}"))
                    .isPositive();
            assertThat(value(metrics, "cleave_request_bytes_total{dir=\"in\",op=\"put\"}"))
                    .isGreaterThan(20 * 40);
            double whole = value(metrics, "cleave_raft_propose_duration_seconds_sum");
            assertThat(value(metrics, "cleave_raft_commit_duration_seconds_sum"))
                    .isLessThanOrEqualTo(whole);
            assertThat(value(metrics, "cleave_region_count{role=\"leader\"}")).isEqualTo(1);
            assertThat(value(metrics, "cleave_region_count{role=\"follower\"}")).isZero();
            assertThat(value(metrics, "cleave_storage_size_bytes{kind=\"log\"}"))
                    .isPositive();
            assertThat(value(metrics, "cleave_storage_size_bytes{kind=\"capacity\"}"))
                    .isPositive();
            assertThat(value(metrics, "cleave_region_error_total{kind=\"busy\"}"))
                    .isZero();
            assertThat(value(metrics, "cleave_snapshot_in_flight{dir=\"send\"}"))
                    .isZero();
        }
    }

    private static double value(String metrics, String name) {
        return metrics.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not among\n" + metrics));
    }

    /** Every name that the page tells to look at is served. */
    @Test
    void theMetricsOfThePageAreThere() throws Exception {
        String page = Files.readString(Path.of("../../docs/operations.md"));
        try (CleaveNode cleave = CleaveNode.start()) {
            put(cleave, "/key/short?ttl=1");
            String metrics = get(cleave, "/metrics");
            Matcher name = Pattern.compile("`(cleave_(?!pd_)[a-z_]+)").matcher(page);
            int names = 0;
            while (name.find()) {
                names++;
                assertThat(metrics).contains(name.group(1));
            }
            assertThat(names).isGreaterThan(15);
            await("its time to live is over")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> get(cleave, "/key/short").contains("no such key"));
        }
    }

    private static void put(CleaveNode cleave, String target) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + cleave.http() + target))
                .PUT(HttpRequest.BodyPublishers.ofString("v"))
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(204);
    }

    private static String get(CleaveNode cleave, String target) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + cleave.http() + target))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void dataInADirectoryOfItsOwnAreKept() {
        try (CleaveNode cleave = CleaveNode.start(directory)) {
            cleave.client().put("kept", "yes");
        }
        try (CleaveNode cleave = CleaveNode.start(directory)) {
            assertThat(cleave.client().get("kept")).contains("yes".getBytes());
        }
    }

    /** A log whose directory is gone: to it that is a disk that has failed. */
    @Test
    void aDiskThatFailsClosesTheNodeAndTellsItsHostWhichGoesOn() throws Exception {
        try (CleaveNode cleave = CleaveNode.start(directory)) {
            Key key = Key.utf8("key");
            Value value = Value.own(new byte[1 << 20]);
            cleave.client().put(key, value);
            deleteAll(directory.resolve("store/log"));

            assertThatThrownBy(() -> {
                        for (int written = 0; written < 200; written++) {
                            cleave.client().put(key, value);
                        }
                    })
                    .isInstanceOf(CleaveException.class);

            assertThat(cleave.failure().get(30, TimeUnit.SECONDS)).isNotNull();
            assertThatThrownBy(() -> cleave.client().put(key, value)).isInstanceOf(NotAppliedException.class);
        }
        assertThat(directory.resolve("pd"))
                .as("it is kept, and no longer in use")
                .isDirectory();
    }

    @Test
    void aNodeThatCannotServeSaysWhyAndItsHostGoesOn() throws IOException {
        CleaveNode.start(directory).close();
        deleteAll(directory.resolve("pd"));

        assertThatThrownBy(() -> CleaveNode.start(directory))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Cleave cannot serve: ")
                .hasMessageContaining("cluster");
    }

    private static void deleteAll(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Test
    void theFlagsAreThoseOfTheBuildAndThePageShowsTheTest() throws IOException {
        String pom = Files.readString(Path.of("../../pom.xml"));
        String page = Files.readString(Path.of("../../docs/embedding.md"));
        String source = Files.readString(Path.of("src/test/java/dev/cleave/placement/ctl/launch/CleaveNodeTest.java"));
        String shown = source.substring(source.indexOf("// embedding\n") + 13, source.indexOf("\n            // end"));

        assertThat(pom).contains("<cleave.jvm.opens>" + CleaveNode.JVM_FLAGS + "</cleave.jvm.opens>");
        assertThat(page).contains(CleaveNode.JVM_FLAGS).contains(shown.stripIndent());
    }
}
