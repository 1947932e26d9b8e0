package dev.cleave.placement.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.agents.SystemClock;
import dev.cleave.engine.wire.Address;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The production assembly on a real disk, with real threads and sockets on the loopback. */
class PlacementServerTest {
    private static final Address ANY = new Address("127.0.0.1", 0);

    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();

    private PlacementServer open(Path data, Address listen) {
        return PlacementServer.open(PlacementConfig.of(data, listen, ANY), (role, failure) -> {
            throw new AssertionError(role, failure);
        });
    }

    @Test
    void itServesAndRemembersWhoItIs() throws Exception {
        long cluster;
        try (PlacementServer server = open(directory.resolve("pd"), ANY)) {
            awaitServing(server);
            cluster = server.node().clusterId();
            assertThat(cluster).isPositive();
            assertThat(get(server, "/status").body())
                    .contains("\"clusterId\":\"" + Long.toString(cluster, 16) + "\"")
                    .contains(server.address().toString());
            assertThat(get(server, "/stores").body())
                    .isEqualTo("{\"apiVersion\":\"v1\",\"kind\":\"StoreList\",\"items\":[]}");
            assertThat(get(server, "/regions").body()).contains("RegionList");
            assertThat(get(server, "/operators").body()).contains("OperatorList");
            assertThat(get(server, "/regions?id=7").statusCode()).isEqualTo(404);
            assertThat(get(server, "/regions?id=x").statusCode()).isEqualTo(400);
            assertThat(get(server, "/health/live").statusCode()).isEqualTo(200);
            assertThat(get(server, "/health/ready").statusCode()).isEqualTo(200);
            String metrics = get(server, "/metrics").body();
            assertThat(metrics)
                    .contains(
                            "cleave_pd_serving 1.0",
                            "cleave_pd_operator_total{kind=\"split\",result=\"done\"} 0.0",
                            "cleave_pd_hot_regions{dir=\"read\"} 0.0");
            assertThat(get(server, "/regions/hot").body()).contains("HotRegionList");
        }
        try (PlacementServer again = open(directory.resolve("pd"), ANY)) {
            awaitServing(again);
            assertThat(again.node().clusterId()).isEqualTo(cluster);
        }
    }

    @Test
    void aDirectoryInUseAndAPortInUseAreToldInWordsAndNothingIsLeftBehind() {
        try (PlacementServer server = open(directory.resolve("pd"), ANY)) {
            assertThatThrownBy(() -> open(directory.resolve("pd"), ANY))
                    .isInstanceOf(PlacementFailure.class)
                    .hasMessageContaining("in use by another placement driver");
            assertThatThrownBy(() -> open(directory.resolve("other"), server.address()))
                    .hasMessageContaining("cannot listen on " + server.address())
                    .hasMessageContaining("port is in use");
        }
        open(directory.resolve("other"), ANY).close();
    }

    @Test
    void aDirectoryOfSomethingElseIsNotTouched() throws IOException {
        Path foreign = Files.createDirectories(directory.resolve("store/engine"));

        assertThatThrownBy(() -> open(directory.resolve("store"), ANY))
                .isInstanceOf(PlacementFailure.class)
                .hasMessageContaining("holds no placement driver's data")
                .hasMessageContaining("is it a store's directory?");
        assertThat(Files.list(foreign.getParent())).containsExactly(foreign);
    }

    @Test
    void aDamagedIdentityIsToldInWords() throws IOException {
        open(directory.resolve("pd"), ANY).close();
        Path identity = directory.resolve("pd/placement.identity");
        Files.writeString(identity, Files.readString(identity).replace("starts=1", "starts=one"));

        assertThatThrownBy(() -> open(directory.resolve("pd"), ANY))
                .isInstanceOf(PlacementFailure.class)
                .hasMessageContaining("starts is 'one'");
    }

    private HttpResponse<String> get(PlacementServer server, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.httpPort() + path);
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void awaitServing(PlacementServer server) {
        SystemClock clock = new SystemClock();
        long end = clock.nanos() + 20_000_000_000L;
        while (!server.node().isServing()) {
            assertThat(clock.nanos()).as("it does not serve").isLessThan(end);
            LockSupport.parkNanos(5_000_000);
        }
    }
}
