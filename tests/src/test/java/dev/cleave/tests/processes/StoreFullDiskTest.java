package dev.cleave.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.client.NotAppliedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real store on a real disk that others have filled: what whoever talks to it is told, by the library and by HTTP. Needs root for a disk of its own. */
class StoreFullDiskTest {
    private static final long LEFT_BYTES = 150L << 20;

    @TempDir
    private Path directory;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void needsAFileSystemOfItsOwn() throws IOException {
        Optional<String> why = LoopDisk.whyNot();
        Assumptions.assumeTrue(why.isEmpty(), () -> "no disk can be filled here: " + why.orElse(""));
    }

    @Test
    void aStoreWhoseDiskIsFullRefusesPutsInWordsServesTheRestAndTakesThemAgainOnceThereIsSpace() throws Exception {
        try (LoopDisk disk = new LoopDisk(directory, "disk");
                HandMade nodes = new HandMade(directory, name -> data(disk, name), List.of())) {
            nodes.startAll(1);
            try (CleaveClient client = CleaveClient.builder().pd(nodes.pd()).build()) {
                client.put("kept", "here");
                client.put("gone", "soon");
                Path filler = disk.root().resolve("filler");
                allocate(filler, Files.getFileStore(disk.root()).getUsableSpace() - LEFT_BYTES);

                awaitPut(nodes, 507);

                assertThat(send(nodes, "PUT", BodyPublishers.ofString("more")).body())
                        .contains("nothing was changed");
                assertThatThrownBy(() -> client.put("new", "value"))
                        .isInstanceOfSatisfying(
                                NotAppliedException.class,
                                refused ->
                                        assertThat(refused.reason()).isEqualTo(NotAppliedException.Reason.DISK_FULL));
                assertThat(client.get("new")).isEmpty();
                assertThat(client.get("kept")).hasValue("here".getBytes(StandardCharsets.UTF_8));
                client.delete("gone");
                assertThat(client.get("gone")).isEmpty();

                Files.delete(filler);

                awaitPut(nodes, 204);
                client.put("new", "value");
                assertThat(client.get("new")).hasValue("value".getBytes(StandardCharsets.UTF_8));
                assertThat(nodes.isRunning("store1")).as("without a restart").isTrue();
            }
        }
    }

    private String data(LoopDisk disk, String name) {
        Path parent = name.equals("pd") ? directory : disk.root();
        return parent.resolve(name).toString();
    }

    private void awaitPut(HandMade nodes, int status) {
        await("a put answered by " + status)
                .atMost(Duration.ofSeconds(30))
                .until(() -> send(nodes, "PUT", BodyPublishers.ofString("x")).statusCode() == status);
    }

    private HttpResponse<String> send(HandMade nodes, String method, BodyPublisher body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + nodes.http(1) + "/key/probe"))
                .timeout(Duration.ofSeconds(20))
                .method(method, body)
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    private static void allocate(Path file, long bytes) throws Exception {
        Process allocating = new ProcessBuilder("fallocate", "-l", Long.toString(bytes), file.toString())
                .inheritIO()
                .start();
        assertThat(allocating.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(allocating.exitValue()).isZero();
    }
}
