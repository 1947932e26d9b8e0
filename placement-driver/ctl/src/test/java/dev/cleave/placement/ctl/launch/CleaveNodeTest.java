package dev.cleave.placement.ctl.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
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
