package dev.cleave.placement.ctl.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
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
                    .contains("cleave_request_duration_seconds_bucket{code=\"200\",op=\"get\",le=\"0.005\"")
                    .contains("cleave_request_duration_seconds_count{code=\"200\",op=\"get\"} 1")
                    .contains("cleave_client_retry_total{reason=\"not_leader\"}", "cleave_build_info{version=");
            assertThat(get(cleave, "/openapi.json")).contains("\"openapi\"");
        }
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
